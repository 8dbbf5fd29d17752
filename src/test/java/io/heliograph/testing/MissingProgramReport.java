package io.heliograph.testing;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints at the end of a run how many tests were skipped for want of a program, and what
 * to install for them. JUnit finds it through {@code META-INF/services}.
 */
public class MissingProgramReport implements TestExecutionListener {

	private final PrintStream out;

	/** Counts by what is missing. */
	private final Map<String, Long> skipped = new TreeMap<>();

	private @Nullable TestPlan plan;

	public MissingProgramReport() {
		this(System.out);
	}

	MissingProgramReport(PrintStream out) {
		this.out = out;
	}

	@Override
	public void testPlanExecutionStarted(TestPlan plan) {
		this.plan = plan;
	}

	@Override
	public synchronized void executionSkipped(TestIdentifier skipped, String reason) {
		if (this.plan != null && reason.startsWith(ProgramCondition.REASON)) {
			long tests = this.plan.getDescendants(skipped)
				.stream()
				.map(this.plan::getChildren)
				.filter(Collection::isEmpty)
				.count();
			this.skipped.merge(reason.substring(ProgramCondition.REASON.length()), Math.max(tests, 1), Long::sum);
		}
	}

	@Override
	public synchronized void testPlanExecutionFinished(TestPlan plan) {
		this.skipped.forEach((missing, tests) -> this.out.println(
				tests + ((tests == 1) ? " test" : " tests") + " skipped because a program is missing: " + missing));
		this.skipped.clear();
	}

}

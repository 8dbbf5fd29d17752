package io.heliograph.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of tests whose programs are missing. */
class RequiresProgramTests {

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	private TestExecutionSummary run(String require, Class<?>... classes) {
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(Arrays.stream(classes).map(DiscoverySelectors::selectClass).toList())
			.configurationParameter(ProgramCondition.REQUIRE, require)
			.build();
		SummaryGeneratingListener summary = new SummaryGeneratingListener();
		PrintStream out = new PrintStream(this.printed, true, StandardCharsets.UTF_8);
		LauncherFactory.create(LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build())
			.execute(request, summary, new MissingProgramReport(out));
		return summary.getSummary();
	}

	@Test
	void skipsAndCountsTestsWhoseProgramIsMissing() {
		TestExecutionSummary summary = run("available", MissingForAll.class, MissingForOne.class);
		assertThat(summary.getTestsFailedCount()).isZero();
		assertThat(summary.getTestsSucceededCount()).isEqualTo(2);
		assertThat(this.printed.toString(StandardCharsets.UTF_8).lines()).containsExactly(
				"1 test skipped because a program is missing: no-such-a, no-such-b (apt-get install one two)",
				"2 tests skipped because a program is missing: no-such-program (apt-get install nothing)");
	}

	@Test
	void failsTestsWhoseProgramIsMissingIfAllAreRequired() {
		TestExecutionSummary summary = run("all", MissingForAll.class, MissingForOne.class);
		assertThat(summary.getTestsSucceededCount()).isEqualTo(2);
		assertThat(summary.getTotalFailureCount()).isEqualTo(2);
		assertThat(summary.getFailures()).extracting(Failure::getException)
			.extracting(Throwable::getMessage)
			.anySatisfy((message) -> assertThat(message)
				.contains("Missing program: no-such-program (apt-get install nothing)"))
			.anySatisfy((message) -> assertThat(message)
				.contains("Missing program: no-such-a, no-such-b (apt-get install one two)"));
		assertThat(this.printed.size()).isZero();
	}

	@RequiresProgram(value = { "sh", "no-such-program" }, apt = "nothing")
	static class MissingForAll {

		@Test
		void first() {
		}

		@Test
		void second() {
		}

	}

	static class MissingForOne {

		@Test
		void needsNothing() {
		}

		@Test
		@RequiresProgram(value = "sh", apt = "dash")
		void needsWhatIsThere() {
		}

		@Test
		@RequiresProgram(value = { "no-such-a", "no-such-b" }, apt = "one two")
		void needsWhatIsMissing() {
		}

	}

}

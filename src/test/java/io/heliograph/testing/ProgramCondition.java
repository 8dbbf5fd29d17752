package io.heliograph.testing;

import java.util.Arrays;
import java.util.stream.Collectors;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips, or fails, what {@link RequiresProgram} marks if a program is missing. */
public class ProgramCondition implements ExecutionCondition {

	static final String REQUIRE = "heliograph.tests.require";

	/** What the reason of each such skip begins with. */
	public static final String REASON = "Missing program: ";

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		return AnnotationSupport.findAnnotation(context.getElement(), RequiresProgram.class)
			.map((required) -> evaluate(context, required.apt(), required.value()))
			.orElseGet(() -> ConditionEvaluationResult.enabled("no program required"));
	}

	/** Whether what needs these programs, of these Debian packages, is run. */
	public static ConditionEvaluationResult evaluate(ExtensionContext context, String apt, String... programs) {
		String missing = Arrays.stream(programs)
			.filter((program) -> Programs.find(program).isEmpty())
			.collect(Collectors.joining(", "));
		if (missing.isEmpty()) {
			return ConditionEvaluationResult.enabled("all programs found");
		}
		String reason = REASON + missing + " (apt-get install " + apt + ")";
		if (context.getConfigurationParameter(REQUIRE).filter("all"::equals).isPresent()) {
			throw new IllegalStateException(reason + ", and " + REQUIRE + " is all.");
		}
		return ConditionEvaluationResult.disabled(reason);
	}

}

package io.heliograph.devices;

import io.heliograph.testing.ProgramCondition;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterInfo;

/** Skips, or fails, the {@link Scenarios} of a client whose programs are missing. */
class ClientCondition implements ExecutionCondition {

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		ParameterInfo parameters = ParameterInfo.get(context);
		if (parameters == null || !parameters.getArguments().get(0, Client.class).mosquitto()) {
			return ConditionEvaluationResult.enabled("no program required");
		}
		return ProgramCondition.evaluate(context, "mosquitto-clients coreutils", "mosquitto_pub", "mosquitto_sub",
				"stdbuf");
	}

}

package io.heliograph.lifecycle;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.scanner.ScannerException;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.context.ApplicationContextException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/** Finds the sentence for the failures that a user can mend. */
@Order(0)
final class StartFailureAnalyzer implements FailureAnalyzer {

	private static final String OURS = "io.heliograph.";

	private static final String PORT = "server.port";

	static final String PORTS = "give a number from 0 to 65535";

	private static final Map<Class<?>, String> WHAT_TO_GIVE = Map.of(Boolean.class, "give true or false", Integer.class,
			"give a whole number", DataSize.class, "give a size, such as 1MB", Duration.class,
			"give a time, such as 10s");

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		String sentence = first(failure, StartFailureAnalyzer::ofSettings);
		if (sentence == null) {
			sentence = first(failure, StartFailureAnalyzer::ofHttp);
		}
		if (sentence == null) {
			sentence = first(failure, StartFailureAnalyzer::ofServer);
		}
		return (sentence != null) ? new FailureAnalysis(sentence, null, failure) : null;
	}

	private static @Nullable String first(Throwable failure, Function<Throwable, @Nullable String> sentenceOf) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String sentence = sentenceOf.apply(cause);
			if (sentence != null) {
				return sentence;
			}
		}
		return null;
	}

	private static @Nullable String ofSettings(Throwable cause) {
		if (cause.getClass().getName().startsWith(OURS)) {
			return cause.getMessage();
		}
		if (cause instanceof BindException binding) {
			return sentence(binding);
		}
		if (cause instanceof InvalidConfigurationPropertyValueException invalid) {
			return invalid(invalid.getName(), invalid.getValue(),
					invalid.getName().equals(PORT) ? PORTS : String.valueOf(invalid.getReason()));
		}
		if (cause instanceof MarkedYAMLException yaml) {
			return sentence(yaml);
		}
		if (cause instanceof YAMLException) {
			return "The file of settings, application.yaml, cannot be read (" + cause.getMessage()
					+ "); write it in UTF-8, without control characters.";
		}
		return null;
	}

	/**
	 * What is said of a character is repeated, and nothing longer: it may be a password
	 * that begins with the sign of an alias or a tag.
	 */
	private static String sentence(MarkedYAMLException yaml) {
		String where = (yaml.getProblemMark() != null) ? ", at line " + (yaml.getProblemMark().getLine() + 1) : "";
		String why = (yaml instanceof ScannerException) ? " (" + yaml.getProblem() + ")" : "";
		return "The file of settings, application.yaml, is not valid YAML" + where + why
				+ "; indent with blanks, close what is opened, and put what begins with a sign, "
				+ "as a password may, in quotes.";
	}

	/** What settings are wrong for may be in the causes of these. */
	private static @Nullable String ofHttp(Throwable cause) {
		if (cause instanceof PortInUseException used) {
			return "The HTTP port " + used.getPort()
					+ " is in use, by another program or by an MQTT listener of this one. Stop that program, or set "
					+ "server.port to another one.";
		}
		if (cause instanceof WebServerException && !(cause.getCause() instanceof PortInUseException)) {
			return "HTTP cannot be served (" + reason(cause) + "). See server.address and server.port.";
		}
		return null;
	}

	/** Which it is when it is nothing of the above. */
	private static @Nullable String ofServer(Throwable cause) {
		boolean ofServer = cause instanceof ApplicationContextException
				&& String.valueOf(cause.getMessage()).startsWith("Unable to start web server");
		return ofServer ? "HTTP cannot be served (" + reason(cause) + "). See the settings under server." : null;
	}

	private static String reason(Throwable cause) {
		return String.valueOf(NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
	}

	/** Records of settings check themselves and say what is wrong. */
	private static String sentence(BindException binding) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(binding);
		if (root instanceof UnboundConfigurationPropertiesException unbound) {
			return "There is no setting "
					+ unbound.getUnboundProperties()
						.stream()
						.map((property) -> property.getName().toString())
						.sorted()
						.collect(Collectors.joining(", "))
					+ "; look at its spelling, and number lists from 0 without a gap.";
		}
		ConfigurationProperty property = binding.getProperty();
		if (property == null) {
			Class<?> type = binding.getTarget().getType().resolve(Object.class);
			if (!(root instanceof IllegalArgumentException)) {
				return "The setting " + binding.getName() + " has no value of its own; give one to what is in it.";
			}
			return (type.getName().startsWith(OURS) ? binding.getName() + "." : "") + root.getMessage();
		}
		String name = property.getName().toString();
		return invalid(name, property.getValue(), name.equals(PORT) ? PORTS : whatToGive(binding));
	}

	private static String invalid(String name, @Nullable Object value, String reason) {
		return "The setting " + name + " is '" + value + "', which is not valid (" + reason + ").";
	}

	private static String whatToGive(BindException binding) {
		Class<?> type = binding.getTarget().getType().resolve(Object.class);
		if (type.isEnum()) {
			return "give one of " + Arrays.stream(type.getEnumConstants())
				.map((one) -> one.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
				.collect(Collectors.joining(", "));
		}
		if (type.isRecord() || Collection.class.isAssignableFrom(type)) {
			return "it has no value of its own; give one to what is in it";
		}
		return WHAT_TO_GIVE.getOrDefault(ClassUtils.resolvePrimitiveIfNecessary(type),
				String.valueOf(NestedExceptionUtils.getMostSpecificCause(binding).getMessage()));
	}

}

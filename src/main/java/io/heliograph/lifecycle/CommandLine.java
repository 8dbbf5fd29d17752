package io.heliograph.lifecycle;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/** What the command line may hold: settings, each of them once. */
public final class CommandLine {

	/** The only ones of a single word. */
	private static final Set<String> SINGLE_WORDS = Set.of("debug", "trace");

	private CommandLine() {
	}

	/**
	 * Checks it, before Spring Boot reads it. Values are not repeated: one may be a
	 * password.
	 * @throws SettingRefused if it holds anything else, which Spring Boot would not look
	 * at, a name that is not in full, or one twice, whose values it would join with a
	 * comma
	 */
	public static void check(String... arguments) {
		for (String argument : arguments) {
			if (argument.startsWith("--=")) {
				throw new SettingRefused("An argument has no name; write --name=value.");
			}
		}
		check(new DefaultApplicationArguments(arguments));
	}

	private static void check(ApplicationArguments arguments) {
		refuseOthers(arguments);
		Set<ConfigurationPropertyName> names = new HashSet<>();
		for (String name : new TreeSet<>(arguments.getOptionNames())) {
			if (name.indexOf('.') < 0 && !SINGLE_WORDS.contains(name)) {
				throw new SettingRefused(
						"There is no setting " + name + "; write names in full, such as --heliograph.data-dir=….");
			}
			List<String> values = arguments.getOptionValues(name);
			boolean again = !names.add(ConfigurationPropertyName.adapt(name, '.'));
			if (again || (values != null && values.size() > 1)) {
				throw new SettingRefused("The setting " + name + " is given more than once; give it once.");
			}
		}
	}

	private static void refuseOthers(ApplicationArguments arguments) {
		List<String> others = arguments.getNonOptionArgs();
		if (others.isEmpty()) {
			return;
		}
		String other = others.get(0);
		int end = other.indexOf('=');
		if (end < 0) {
			int position = List.of(arguments.getSourceArgs()).indexOf(other) + 1;
			throw new SettingRefused("Argument " + position + " is not a setting; write --name=value.");
		}
		String name = other.substring(0, end);
		throw new SettingRefused(
				"'" + name + "=…' is not a setting; write --" + name.replaceFirst("^-D?", "") + "=… instead.");
	}

}

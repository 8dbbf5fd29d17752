package io.heliograph.lifecycle;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.stereotype.Component;

/**
 * Reads all settings before anything else is made. Refuses those of ours and of HTTP that
 * there are none of, in files and on the command line; in the environment there may be
 * names that others chose.
 */
@Component
final class SettingsCheck implements BeanFactoryPostProcessor {

	private static final String PREFIX = "heliograph";

	/** Stands for the number of an element. */
	private static final String EACH = "[n]";

	private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of(PREFIX);

	private static final ConfigurationPropertyName OF_HTTP = ConfigurationPropertyName.of(ServerSettings.PREFIX);

	/** HTTP is served at one port. */
	private static final ConfigurationPropertyName OF_OTHER_PORT = ConfigurationPropertyName.of("management.server");

	private static final Set<String> OF_OTHERS = Set.of(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);

	/**
	 * @throws SettingRefused if there is one of these
	 */
	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		Set<String> known = new TreeSet<>();
		List<String> ours = new ArrayList<>();
		Set<String> sections = new TreeSet<>();
		Map<Class<?>, String> others = new LinkedHashMap<>();
		for (String name : beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
			ConfigurationProperties settings = beans.findAnnotationOnBean(name, ConfigurationProperties.class);
			Class<?> type = beans.getType(name);
			if (settings == null || type == null) {
				continue;
			}
			if (settings.value().equals(PREFIX) || settings.value().startsWith(PREFIX + ".")) {
				collect(settings.value(), type, known);
				ours.add(name);
				sections.add(settings.value());
			}
			else {
				others.put(type, settings.value());
			}
		}
		Set<String> uniform = known.stream().map(SettingsCheck::withoutDashes).collect(Collectors.toSet());
		ServerSettings ofHttp = new ServerSettings(SettingsCheck.class.getClassLoader());
		refuse(beans, (name) -> OURS.isAncestorOf(name) && !isPartOf(uniform, withoutNumbers(name)),
				"; known are " + String.join(", ", known));
		refuse(beans, (name) -> OF_HTTP.isAncestorOf(name) && !ofHttp.mayHave(withoutElements(name)), "");
		refuse(beans, OF_OTHER_PORT::isAncestorOf, "; what is managed over HTTP is at server.port, too");
		Binder binder = Binder.get(beans.getBean(ConfigurableEnvironment.class));
		ServerSettings.check(binder);
		// others may have chosen it as the name of a variable
		sections.remove(PREFIX);
		sections.forEach((section) -> refuseValue(binder, section));
		ours.forEach(beans::getBean);
		others.forEach((type, prefix) -> binder.bind(prefix, type));
	}

	private static void refuse(ConfigurableListableBeanFactory beans, Predicate<ConfigurationPropertyName> isUnknown,
			String known) {
		String unknown = beans.getBean(ConfigurableEnvironment.class)
			.getPropertySources()
			.stream()
			.filter((source) -> !OF_OTHERS.contains(source.getName()))
			.flatMap(SettingsCheck::names)
			.filter(isUnknown)
			.map(ConfigurationPropertyName::toString)
			.distinct()
			.sorted()
			.collect(Collectors.joining(", "));
		if (!unknown.isEmpty()) {
			throw new SettingRefused("There is no setting " + unknown + known + ". Look at its spelling.");
		}
	}

	/**
	 * Spring Boot would go on with the defaults. A section with nothing in it is empty.
	 */
	private static void refuseValue(Binder binder, String section) {
		if (!binder.bind(section, String.class).orElse("").isEmpty()) {
			throw new SettingRefused("The setting " + section + " has no value of its own; give one to what is in it.");
		}
	}

	/**
	 * Whether it is one of the known names, an element of it, or a section with nothing
	 * in it.
	 */
	static boolean isPartOf(Set<String> known, String name) {
		return known.contains(name)
				|| (name.endsWith(EACH) && known.contains(name.substring(0, name.length() - EACH.length())))
				|| known.stream().anyMatch((one) -> one.startsWith(name + ".") || one.startsWith(name + EACH));
	}

	private static String withoutDashes(String name) {
		return name.replace("-", "");
	}

	/** In uniform form, with the same sign for the number of each element. */
	private static String withoutNumbers(ConfigurationPropertyName name) {
		StringBuilder plain = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			plain.append(name.isNumericIndex(i) ? EACH : ((i > 0) ? "." : "") + name.getElement(i, Form.UNIFORM));
		}
		return plain.toString();
	}

	private static String withoutElements(ConfigurationPropertyName name) {
		return withoutNumbers(name).replace(EACH, "");
	}

	static String uniform(String name) {
		return withoutElements(ConfigurationPropertyName.of(name.replace(EACH, "")));
	}

	private static Stream<ConfigurationPropertyName> names(PropertySource<?> source) {
		ConfigurationPropertySource names = ConfigurationPropertySource.from(source);
		return (names instanceof IterableConfigurationPropertySource all) ? all.stream() : Stream.empty();
	}

	/** The names of what a record of settings holds, in lists and other records too. */
	private static void collect(String name, Type type, Set<String> known) {
		Class<?> element = elementType(type);
		if (!element.isRecord()) {
			known.add(name);
			return;
		}
		String prefix = name + ((type instanceof ParameterizedType) ? EACH : "") + ".";
		for (RecordComponent component : element.getRecordComponents()) {
			collect(prefix + DataObjectPropertyName.toDashedForm(component.getName()), component.getGenericType(),
					known);
		}
	}

	private static Class<?> elementType(Type type) {
		if (type instanceof ParameterizedType list) {
			return elementType(list.getActualTypeArguments()[0]);
		}
		return (Class<?>) type;
	}

}

package io.heliograph.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The settings of HTTP that Spring Boot has, under {@code server.}, as its jars describe
 * them.
 */
final class ServerSettings {

	static final String PREFIX = "server";

	private static final String OTHER_PORT = "management.server.port";

	private static final String DESCRIPTION = "META-INF/spring-configuration-metadata.json";

	/** So many that each of what they are shared among has one. */
	private static final int FEWEST_THREADS = 12;

	private final Set<String> names = new HashSet<>();

	/** What is beneath one of these is not described. */
	private final Set<String> sections = new HashSet<>();

	ServerSettings(ClassLoader jars) {
		JsonMapper mapper = JsonMapper.shared();
		try {
			for (URL url : Collections.list(jars.getResources(DESCRIPTION))) {
				try (InputStream description = url.openStream()) {
					mapper.readTree(description).path("properties").forEach(this::add);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Refuses what Spring Boot takes for something else without a word: a port below 0
	 * for no HTTP, no address for all of them, and no threads for 200; a port that is too
	 * high, which it sees when all else is made; and what HTTP is not served well with.
	 * @throws InvalidConfigurationPropertyValueException if there is one
	 */
	static void check(Binder settings) {
		refuse(settings, ".port", String.class, String::isBlank, StartFailureAnalyzer.PORTS);
		refuse(settings, ".port", Integer.class, (port) -> port < 0 || port > 65_535, "it has to be a port");
		refuse(settings, ".address", String.class, String::isBlank, "give an address, such as 127.0.0.1");
		String other = settings.bind(OTHER_PORT, String.class).orElse(null);
		if (other != null) {
			throw new InvalidConfigurationPropertyValueException(OTHER_PORT, other,
					"leave it out; what is managed over HTTP is at server.port, too");
		}
		refuse(settings, ".tomcat.threads.max", Integer.class, (threads) -> threads < FEWEST_THREADS,
				"give " + FEWEST_THREADS + " or more");
		refuse(settings, ".tomcat.connection-timeout", Duration.class,
				(timeout) -> timeout.compareTo(Duration.ofMillis(1)) < 0,
				"a body could come for ever; give a time, such as 10s");
		refuse(settings, ".servlet.context-path", String.class, (path) -> !path.isEmpty(),
				"leave it out; HTTP is served at /");
	}

	private static <T> void refuse(Binder settings, String name, Class<T> type, Predicate<T> isWrong,
			String whatToGive) {
		T value = settings.bind(PREFIX + name, type).orElse(null);
		if (value != null && isWrong.test(value)) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + name, value, whatToGive);
		}
	}

	private void add(JsonNode property) {
		String name = property.path("name").asString("");
		if (!name.startsWith(PREFIX + ".")) {
			return;
		}
		this.names.add(SettingsCheck.uniform(name));
		String type = property.path("type").asString("");
		if (type.startsWith("java.util.Map") || type.startsWith("java.util.List")) {
			this.sections.add(SettingsCheck.uniform(name) + ".");
		}
	}

	/**
	 * Whether there may be such a setting. If nothing is described, each may be.
	 * @param name in uniform form, without the numbers of elements
	 */
	boolean mayHave(String name) {
		return this.names.isEmpty() || SettingsCheck.isPartOf(this.names, name)
				|| this.sections.stream().anyMatch(name::startsWith);
	}

}

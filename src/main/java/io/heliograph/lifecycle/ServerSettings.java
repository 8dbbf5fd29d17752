package io.heliograph.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * The settings of HTTP that Spring Boot has, under {@code server.}, as its jars describe
 * them.
 */
final class ServerSettings {

	static final String PREFIX = "server";

	private static final String DESCRIPTION = "META-INF/spring-configuration-metadata.json";

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
	 * Without a port there would be no HTTP, and nothing would say so.
	 * @throws InvalidConfigurationPropertyValueException if it is below 0
	 */
	static void checkPort(Environment environment) {
		String name = PREFIX + ".port";
		Integer port = Binder.get(environment).bind(name, Integer.class).orElse(null);
		if (port != null && port < 0) {
			throw new InvalidConfigurationPropertyValueException(name, port, "it has to be a port");
		}
	}

	private void add(JsonNode property) {
		String name = property.path("name").asString("");
		if (!name.startsWith(PREFIX + ".")) {
			return;
		}
		this.names.add(UnknownSettings.uniform(name));
		String type = property.path("type").asString("");
		if (type.startsWith("java.util.Map") || type.startsWith("java.util.List")) {
			this.sections.add(UnknownSettings.uniform(name) + ".");
		}
	}

	/**
	 * Whether there may be such a setting. If nothing is described, each may be.
	 * @param name in uniform form, without the numbers of elements
	 */
	boolean mayHave(String name) {
		return this.names.isEmpty() || UnknownSettings.isPartOf(this.names, name)
				|| this.sections.stream().anyMatch(name::startsWith);
	}

}

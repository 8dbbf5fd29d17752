package io.heliograph.broker.moquette;

import java.util.List;
import java.util.Locale;

import io.heliograph.web.Origin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A listener.
 *
 * @param name its name in logs and answers; protocol and port if absent
 * @param protocol {@code mqtt} over TCP, or {@code websockets} at the path /mqtt
 * @param bindAddress the address it listens on; 0.0.0.0 for all of IPv4, :: for all; one
 * of IPv6 with brackets or without
 * @param port its port; 1883 for mqtt and 9001 for websockets if absent, 0 for any that
 * is free
 * @param allowAnonymous whether devices may connect without a user name
 * @param allowedOrigins origins (as in {@code https://example.com}) whose pages may
 * connect by WebSocket, beside those of the same address and port; one that is reached by
 * a name stands here
 */
record ListenerSettings(@Nullable String name, @DefaultValue("mqtt") Protocol protocol,
		@DefaultValue("127.0.0.1") String bindAddress, @Nullable Integer port,
		@DefaultValue("false") boolean allowAnonymous, @DefaultValue List<String> allowedOrigins) {

	ListenerSettings {
		if (port != null && (port < 0 || port > 65_535)) {
			throw new IllegalArgumentException("port is " + port + "; give a number from 0 to 65535.");
		}
		if (name != null && name.isBlank()) {
			throw new IllegalArgumentException("name is empty; give one, or leave it out.");
		}
		if (bindAddress.isBlank()) {
			throw new IllegalArgumentException("bind-address is empty; give an address, or leave it out.");
		}
		if (protocol == Protocol.MQTT && !allowedOrigins.isEmpty()) {
			throw new IllegalArgumentException(
					"allowed-origins is for web pages, which connect by WebSocket; set protocol to websockets.");
		}
		allowedOrigins.forEach(ListenerSettings::checkOrigin);
	}

	/** Others would never be met with. */
	private static void checkOrigin(String origin) {
		String canonical = new Origin(origin).canonical();
		if (!origin.equals(canonical)) {
			throw new IllegalArgumentException("allowed-origins has '" + origin + "'; give "
					+ ((canonical != null) ? canonical : "a scheme and a host, such as https://example.com") + ".");
		}
	}

	int effectivePort() {
		return (this.port != null) ? this.port : (this.protocol == Protocol.MQTT) ? 1883 : 9001;
	}

	/**
	 * Refuses another one that cannot be open at the same time, or told from this one.
	 * @throws IllegalArgumentException if it is such a one
	 */
	void checkBeside(ListenerSettings other) {
		boolean sameAddress = includes(other) || other.includes(this);
		if (sameAddress && effectivePort() != 0 && effectivePort() == other.effectivePort()) {
			throw new IllegalArgumentException("listeners has two on port " + effectivePort()
					+ " of the same address; give each a port, or an address, of its own.");
		}
		if (displayName().equals(other.displayName())) {
			throw new IllegalArgumentException(
					"listeners has two that are called '" + displayName() + "'; give each a name of its own.");
		}
	}

	private boolean includes(ListenerSettings other) {
		return switch (this.bindAddress) {
			case "::", "[::]" -> true;
			case "0.0.0.0" -> other.bindAddress.indexOf(':') < 0;
			default -> this.bindAddress.equalsIgnoreCase(other.bindAddress);
		};
	}

	String displayName() {
		return (this.name != null) ? this.name : this.protocol.name().toLowerCase(Locale.ROOT) + "-" + effectivePort();
	}

	/** What is spoken at a listener. */
	enum Protocol {

		MQTT, WEBSOCKETS

	}

}

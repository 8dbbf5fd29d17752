package io.heliograph.account;

import java.net.InetAddress;

import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected over MQTT.
 *
 * @param login how it logged in; null if anonymous
 * @param id the client id
 * @param address where it connects from
 */
public record MqttClient(@Nullable Login login, ClientId id, InetAddress address) {

	/** The user's id, never used again after the user is deleted; null if anonymous. */
	public @Nullable Long userId() {
		return (this.login != null) ? (Long) this.login.userId() : null;
	}

	/** The user's name; null if anonymous. */
	public @Nullable String userName() {
		return (this.login != null) ? this.login.userName() : null;
	}

}

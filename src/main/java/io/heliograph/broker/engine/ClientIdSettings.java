package io.heliograph.broker.engine;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of client ids.
 *
 * @param clientIdOwnership whose a client id is
 * @param maxClientIdsPerUser how many client ids may be a user's, and how many those of
 * the anonymous together; who comes with one more is refused
 * @param maxClientIdBytes how long one may be, in bytes of UTF-8
 */
@ConfigurationProperties("heliograph")
public record ClientIdSettings(@DefaultValue("first-user") ClientIdOwnership clientIdOwnership,
		@DefaultValue("100000") int maxClientIdsPerUser, @DefaultValue("256") int maxClientIdBytes) {

	/** As MQTT demands. */
	private static final int LEAST_BYTES = 23;

	private static final int MOST_BYTES = 65_535;

	public ClientIdSettings {
		if (maxClientIdsPerUser < 1) {
			throw new IllegalArgumentException(
					"max-client-ids-per-user is " + maxClientIdsPerUser + "; give a number from 1 on.");
		}
		if (maxClientIdBytes < LEAST_BYTES || maxClientIdBytes > MOST_BYTES) {
			throw new IllegalArgumentException("max-client-id-bytes is " + maxClientIdBytes + "; give a number from "
					+ LEAST_BYTES + " to " + MOST_BYTES + ".");
		}
	}

	/** Whose a client id is. */
	public enum ClientIdOwnership {

		/** That of the user who was first connected with it: others are refused. */
		FIRST_USER,

		/** Anybody's: who comes with it takes its session over, as with Mosquitto. */
		ANY

	}

}

package io.heliograph.broker.engine;

import io.heliograph.account.MqttClient;
import io.heliograph.broker.Will;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for when it opens its session.
 *
 * @param client who it is
 * @param assigned whether the server chose the client id
 * @param cleanStart whether a session that is there must end first
 * @param expirySeconds how long the session outlives the connection; 0 not at all,
 * {@link #NEVER} for ever
 * @param receiveMaximum how many messages of QoS 1 and 2 it takes unacknowledged
 * @param will its will, or null
 */
public record Opening(MqttClient client, boolean assigned, boolean cleanStart, long expirySeconds, int receiveMaximum,
		@Nullable Will will) {

	/** The session expiry interval of a session that does not expire. */
	public static final long NEVER = 0xffff_ffffL;

}

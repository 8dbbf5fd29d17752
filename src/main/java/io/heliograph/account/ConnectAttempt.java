package io.heliograph.account;

import java.net.InetAddress;

import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT that asks for admission.
 *
 * @param clientId the client id, assigned by the server if the client gave none
 * @param userName the user name, or null if the client gave none
 * @param password the password's bytes, or null if the client gave none
 * @param anonymousAllowed whether the listener admits clients without a user name
 * @param address where it comes from
 */
public record ConnectAttempt(ClientId clientId, @Nullable String userName, byte @Nullable [] password,
		boolean anonymousAllowed, InetAddress address) {
}

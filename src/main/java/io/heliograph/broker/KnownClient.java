package io.heliograph.broker;

import java.time.Instant;

import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * A client id that is known.
 *
 * @param id the client id
 * @param ownerId the id of the user that it belongs to, or null for the anonymous
 * @param firstSeen when it was first connected, or null for never
 * @param lastSeen when its last connection began or ended, or null for never
 */
public record KnownClient(ClientId id, @Nullable Long ownerId, @Nullable Instant firstSeen,
		@Nullable Instant lastSeen) {
}

package io.heliograph.broker;

import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * A session at one moment.
 *
 * @param client its client id
 * @param user the user it belongs to, or null if anonymous
 * @param connected whether a device is connected to it
 * @param kept whether it outlives the connection
 * @param subscriptions how many subscriptions it has
 * @param queued how many copies wait in it or are unacknowledged
 */
public record SessionView(ClientId client, @Nullable String user, boolean connected, boolean kept, int subscriptions,
		int queued) {
}

package io.heliograph.device;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.heliograph.account.UserNames;
import io.heliograph.broker.KnownClient;
import io.heliograph.broker.SessionView;
import org.jspecify.annotations.Nullable;

/**
 * A device as it is answered.
 *
 * @param id its client id
 * @param owner the name of the user that it belongs to, or null for the anonymous
 * @param connected whether it is connected at this moment
 * @param firstSeen when it first was, since the server started, or null for never
 * @param lastSeen when its last connection began or ended
 */
record DeviceView(String id, @Nullable String owner, boolean connected, @Nullable Instant firstSeen,
		@Nullable Instant lastSeen) {

	static DeviceView of(KnownClient client, @Nullable SessionView session, UserNames users) {
		return new DeviceView(client.id().value(), owner(client, users), session != null && session.connected(),
				millis(client.firstSeen()), millis(client.lastSeen()));
	}

	private static @Nullable Instant millis(@Nullable Instant time) {
		return (time != null) ? time.truncatedTo(ChronoUnit.MILLIS) : null;
	}

	static @Nullable String owner(KnownClient client, UserNames users) {
		return (client.ownerId() != null) ? users.nameOf(client.ownerId()) : null;
	}

}

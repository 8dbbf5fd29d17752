package io.heliograph.broker;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A message whose deliveries are written to the {@link Ledger}.
 *
 * @param message the message
 * @param audience whom it is for
 * @param origin who published it, for who asks later
 * @param once what tells it from others, or null
 * @param notBefore when it is routed, or null for at once
 * @param collapseKey those with the same take the place of each other while they wait for
 * a client; or null
 * @param attachment bytes that are kept with it, not to be changed
 */
public record Notification(Message message, Audience audience, String origin, @Nullable OnceKey once,
		@Nullable Instant notBefore, @Nullable String collapseKey, byte[] attachment) {
}

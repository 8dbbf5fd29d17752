package io.heliograph.broker;

import java.time.Instant;

/**
 * What tells a notification that is published again from another one.
 *
 * @param caller who published it, so that the keys of others are others
 * @param key what the caller named it by
 * @param fingerprint a hash of what was published, not to be changed
 * @param expiresAt until when it is known
 */
public record OnceKey(String caller, String key, byte[] fingerprint, Instant expiresAt) {
}

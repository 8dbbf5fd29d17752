package io.heliograph.account;

import java.time.Duration;
import java.util.concurrent.ConcurrentMap;

import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Lets through what is the first of its kind in an hour. Thread-safe; of bounded memory.
 *
 * @param <K> the kind
 */
final class OncePerHour<K> {

	private static final int MAX_REMEMBERED = 50_000;

	private final ConcurrentMap<K, Boolean> seen = Caffeine.newBuilder()
		.maximumSize(MAX_REMEMBERED)
		.expireAfterWrite(Duration.ofHours(1))
		.<K, Boolean>build()
		.asMap();

	boolean isFirst(K kind) {
		return this.seen.putIfAbsent(kind, true) == null;
	}

}

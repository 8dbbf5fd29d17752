package io.heliograph.account;

import java.net.InetAddress;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a group of refusals.
 *
 * @param number that of the last refusal, by which the rows are ordered
 * @param clientId the client id of the last one, or null over HTTP
 * @param address where the last one came from
 */
record Denial(DenialGroup group, long number, long count, Instant first, Instant last, @Nullable String clientId,
		InetAddress address) {
}

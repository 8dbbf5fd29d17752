package io.heliograph.account;

import java.time.Instant;

import io.heliograph.account.secret.PasswordHash;

/**
 * A password of a user.
 *
 * @param id its number, never used again
 * @param hash what is kept of it
 * @param createdAt when it was set
 */
record Password(long id, PasswordHash hash, Instant createdAt) {
}

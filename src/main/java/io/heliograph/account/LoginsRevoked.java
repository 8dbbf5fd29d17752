package io.heliograph.account;

/**
 * A user may not go on as it did: connections that it opened must end. Published once the
 * change counts, on the thread that made it.
 *
 * @param userId the user
 * @param deleted whether the user is gone for good, its sessions with it; else its
 * password changed or it was disabled
 */
public record LoginsRevoked(long userId, boolean deleted) {
}

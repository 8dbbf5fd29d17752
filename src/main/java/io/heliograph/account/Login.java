package io.heliograph.account;

/**
 * A user that has proved who it is.
 *
 * @param userId its id, never used again
 * @param userName its name
 * @param passwordId the password by which it did
 */
public record Login(long userId, String userName, long passwordId) {
}

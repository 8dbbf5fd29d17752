package io.heliograph.account;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

import io.heliograph.account.secret.PasswordHash;

/**
 * A password of a user.
 *
 * @param id its number, never used again
 * @param hash what is kept of it
 * @param createdAt when it was set
 */
record Password(long id, PasswordHash hash, Instant createdAt) {

	/** That of a row, with the columns id, hash and created_at. */
	static Password of(ResultSet row) throws SQLException {
		return new Password(row.getLong("id"), PasswordHash.parse(row.getString("hash")),
				row.getObject("created_at", OffsetDateTime.class).toInstant());
	}

}

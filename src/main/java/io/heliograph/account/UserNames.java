package io.heliograph.account;

import org.jspecify.annotations.Nullable;

/** The names of users for their ids. Thread-safe; does not block. */
public interface UserNames {

	/** Returns the name of a user, or null if there is none of this id. */
	@Nullable String nameOf(long id);

	/** Returns the id of a user, or null if there is none of this name. */
	@Nullable Long idOf(String name);

}

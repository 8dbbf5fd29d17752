package io.heliograph.account;

import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the access list.
 *
 * @param id its number, never used again
 * @param scope whom it is about
 * @param user the user's name, only in the scope {@link Scope#USER}
 * @param access what it grants or denies
 * @param topic the topics it is about; in the scope {@link Scope#EVERYONE} a level %u
 * stands for the user's name and %c for the client id
 */
public record AccessRule(long id, Scope scope, @Nullable String user, Access access, TopicFilter topic) {

	/** Whom a rule is about. */
	public enum Scope {

		/** Clients without a user name. */
		ANONYMOUS,

		/** One user. */
		USER,

		/** All clients, anonymous ones too. */
		EVERYONE

	}

	/** What a rule does. */
	public enum Access {

		READ, WRITE, READWRITE, DENY

	}

}

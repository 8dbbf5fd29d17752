package io.heliograph.account;

import java.util.Locale;

import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the access list.
 *
 * @param id its number, never used again; {@link #UNNUMBERED} while it has none
 * @param scope whom it is about
 * @param userId the user's id, only in the scope {@link Scope#USER}
 * @param access what it grants or denies
 * @param topic the topics it is about; in the scope {@link Scope#EVERYONE} a level %u
 * stands for the user's name and %c for the client id
 */
public record AccessRule(long id, Scope scope, @Nullable Long userId, Access access, TopicFilter topic) {

	static final long UNNUMBERED = 0;

	/** Whether it is a grant of this action. */
	boolean grants(Action action) {
		return switch (this.access) {
			case READ -> action == Action.READ;
			case WRITE -> action == Action.WRITE;
			case READWRITE -> true;
			case DENY -> false;
		};
	}

	/** Whether it is a rule of this user. */
	boolean isOf(long user) {
		return this.userId != null && this.userId == user;
	}

	boolean denies() {
		return this.access == Access.DENY;
	}

	/** Whom a rule is about. */
	public enum Scope {

		/** Clients without a user name. */
		ANONYMOUS,

		/** One user. */
		USER,

		/** All clients, anonymous ones too. */
		EVERYONE;

		/** The word in JSON. */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/** What a rule does. */
	public enum Access {

		READ, WRITE, READWRITE,

		/** Neither read nor write, whatever grants it in the same scope. */
		DENY;

		/** The word in JSON. */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}

package io.heliograph.account;

import java.util.Locale;

import io.heliograph.account.Refusal.Kind;
import io.heliograph.account.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Refusals that are counted together.
 *
 * @param who who was refused
 * @param user the user name, or null if there is none or it is of several
 * @param http whether it was over HTTP, and not over MQTT
 * @param pattern the topic, the filter or the endpoint, with the levels that are the
 * user's name or the client id replaced; null for a login, and if it is of several
 * @param rule the number of the rule that denied it, or null if none did
 */
record DenialGroup(Who who, @Nullable String user, Kind kind, boolean http, @Nullable String pattern, Reason reason,
		@Nullable Long rule) {

	private static final String ALL = "#";

	/** The group of all that begins with the same level. */
	DenialGroup ofFirstLevel() {
		if (this.pattern == null || this.pattern.equals(ALL)) {
			return this;
		}
		int slash = this.pattern.indexOf('/');
		String first = (slash >= 0) ? this.pattern.substring(0, slash) : this.pattern;
		return new DenialGroup(this.who, this.user, this.kind, this.http, first + "/" + ALL, this.reason, this.rule);
	}

	/** The group of all, by whatever rule. */
	DenialGroup ofAll() {
		return new DenialGroup(this.who, this.user, this.kind, this.http, (this.pattern != null) ? ALL : null,
				this.reason, null);
	}

	/** The group of those whose rows are not kept. */
	DenialGroup of(Who others) {
		return new DenialGroup(others, null, this.kind, this.http, null, this.reason, null);
	}

	/** Who was refused. */
	enum Who {

		/** A user. */
		USER,

		/** Somebody without a user name. */
		ANONYMOUS,

		/** Somebody with a user name that is nobody's. */
		STRANGER,

		/** Users, and those without a user name, whose rows had to make room. */
		OTHER_USERS,

		/** Strangers whose rows had to make room. */
		OTHER_STRANGERS;

		/** The word in JSON. */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

}

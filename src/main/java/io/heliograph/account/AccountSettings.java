package io.heliograph.account;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.heliograph.account.secret.PasswordHash;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.convert.DurationUnit;

/**
 * Settings of users and rights.
 *
 * @param admin the first user
 * @param acl the access rules
 * @param passwords how passwords are checked
 */
@ConfigurationProperties("heliograph")
record AccountSettings(@DefaultValue Admin admin, @DefaultValue Acl acl, @DefaultValue Passwords passwords) {

	/**
	 * The user that is created at the first start.
	 *
	 * @param password its password, of use at the first start only; without it one is
	 * generated
	 */
	record Admin(@Nullable String password) {

		Admin {
			try {
				if (password != null) {
					PasswordHash.checkUsable(password);
				}
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("password is not usable: " + ex.getMessage());
			}
		}

		@Override
		public String toString() {
			return "Admin[password=***]";
		}

	}

	/**
	 * How passwords are checked.
	 *
	 * @param refusalDelay the time from a wrong password to its answer
	 * @param rehash whether a hash of Mosquitto's, or one that is too weak, gives way to
	 * bcrypt when its password was right
	 * @param maxFailures how many wrong passwords of an address or of a name have no
	 * consequence
	 */
	record Passwords(@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("300ms") Duration refusalDelay,
			@DefaultValue("false") boolean rehash, @DefaultValue("5") int maxFailures) {

		private static final Duration LONGEST = Duration.ofSeconds(10);

		Passwords {
			if (refusalDelay.isNegative() || refusalDelay.compareTo(LONGEST) > 0) {
				throw new IllegalArgumentException("refusal-delay is " + DurationStyle.SIMPLE.print(refusalDelay)
						+ "; give 0ms to 10s, such as 300ms.");
			}
			if (maxFailures < 1) {
				throw new IllegalArgumentException("max-failures is " + maxFailures + "; give a number from 1 on.");
			}
		}

	}

	/**
	 * The access rules.
	 *
	 * @param noRules what is decided while there is no rule at all
	 * @param subscribeDenied what becomes of a subscription under which nothing could be
	 * read
	 */
	record Acl(@DefaultValue("deny") NoRules noRules, @DefaultValue("refuse") SubscribeDenied subscribeDenied) {
	}

	/** What becomes of a subscription under which nothing could be read. */
	enum SubscribeDenied {

		/** It is refused. */
		REFUSE,

		/** It is granted, as Mosquitto does; nothing comes by it. */
		GRANT

	}

	/** What is decided while there is no rule at all. */
	enum NoRules {

		/** Nobody may read or write anything. */
		DENY,

		/**
		 * Everybody may read everything, and write to all topics but those that start
		 * with $.
		 */
		ALLOW

	}

}

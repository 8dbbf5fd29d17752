package io.heliograph.account;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of users and rights.
 *
 * @param admin the first user
 * @param acl the access rules
 */
@ConfigurationProperties("heliograph")
record AccountSettings(@DefaultValue Admin admin, @DefaultValue Acl acl) {

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
					Passwords.checkUsable(password);
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

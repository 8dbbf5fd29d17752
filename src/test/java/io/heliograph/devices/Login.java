package io.heliograph.devices;

import org.jspecify.annotations.Nullable;

/**
 * What a device says when it connects.
 *
 * @param id its client id
 * @param user its user, or null for none
 * @param password the password, of no use without a user
 * @param keptSeconds how long its session outlives the connection; with 3.1.1 that is 0
 * or for ever
 * @param will its will, of QoS 1, or null
 */
record Login(String id, @Nullable String user, String password, long keptSeconds, @Nullable Will will) {

	static final long FOR_EVER = 0xffff_ffffL;

	/** A user of {@link io.heliograph.testing.Heliograph#user} with a clean session. */
	static Login of(String id, String user) {
		return new Login(id, user, user + "-secret", 0, null);
	}

	/** Without user name and password. */
	static Login anonymous(String id) {
		return new Login(id, null, "", 0, null);
	}

	Login password(String password) {
		return new Login(this.id, this.user, password, this.keptSeconds, this.will);
	}

	Login kept() {
		return kept(FOR_EVER);
	}

	Login kept(long seconds) {
		return new Login(this.id, this.user, this.password, seconds, this.will);
	}

	Login will(String topic, String payload) {
		return new Login(this.id, this.user, this.password, this.keptSeconds, new Will(topic, payload));
	}

	boolean clean() {
		return this.keptSeconds == 0;
	}

	/** A will. */
	record Will(String topic, String payload) {
	}

}

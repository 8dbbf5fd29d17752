package io.heliograph.web;

import java.util.HashMap;
import java.util.Map;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Counts the threads that wait for bodies: one user alone must not hold all that serve
 * requests, nor must all users together. Thread-safe.
 */
final class BodyReadLimiter {

	private final Map<String, Integer> byUser = new HashMap<>();

	private final int perUser;

	private final int ofAll;

	private int all;

	/**
	 * Makes one.
	 * @param perUser how many may wait for one user
	 * @param ofAll how many may wait for all users
	 */
	BodyReadLimiter(int perUser, int ofAll) {
		this.perUser = perUser;
		this.ofAll = ofAll;
	}

	/** The user who makes the request that the calling thread serves. */
	static String user() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		return (authentication != null) ? authentication.getName() : "";
	}

	/**
	 * Counts the calling thread until {@link #leave}.
	 * @throws BodyRefused if as many wait already as may
	 */
	synchronized void enter(String user) throws BodyRefused {
		int present = this.byUser.getOrDefault(user, 0);
		if (present >= this.perUser) {
			throw BodyRefused.tooManyOfUser(this.perUser);
		}
		if (this.all >= this.ofAll) {
			throw BodyRefused.tooMany();
		}
		this.byUser.put(user, present + 1);
		this.all++;
	}

	synchronized void leave(String user) {
		this.byUser.computeIfPresent(user, (name, count) -> (count > 1) ? count - 1 : null);
		this.all--;
	}

}

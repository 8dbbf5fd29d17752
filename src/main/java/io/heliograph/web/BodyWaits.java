package io.heliograph.web;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Counts the threads that wait for bodies, by the user who makes the request: one alone
 * must not hold all of them. Thread-safe.
 */
final class BodyWaits {

	/** Of the 200 threads that serve requests. */
	static final int PER_USER = 64;

	private final ConcurrentMap<String, Integer> byUser = new ConcurrentHashMap<>();

	/** The user who makes the request that the calling thread serves. */
	static String user() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		return (authentication != null) ? authentication.getName() : "";
	}

	/**
	 * Returns false if as many wait for the bodies of a user as may; else ends with
	 * {@link #leave}.
	 */
	boolean enter(String user) {
		if (this.byUser.merge(user, 1, Integer::sum) <= PER_USER) {
			return true;
		}
		leave(user);
		return false;
	}

	void leave(String user) {
		this.byUser.computeIfPresent(user, (name, count) -> (count > 1) ? count - 1 : null);
	}

}

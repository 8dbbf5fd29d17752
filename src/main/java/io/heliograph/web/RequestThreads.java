package io.heliograph.web;

import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.stereotype.Component;

/**
 * The threads that serve HTTP, and how many of them at most may wait for what, so that
 * some are left to what waits for nothing. Thread-safe.
 */
@Component
public final class RequestThreads {

	private final int all;

	RequestThreads(TomcatServerProperties tomcat) {
		this.all = tomcat.getThreads().getMax();
	}

	/** How many may wait for passwords that are checked. */
	public int forPasswords() {
		return share(4);
	}

	/** How many may wait for the bodies of one user. */
	int forBodiesOfUser() {
		return share(4);
	}

	/** How many may wait for the bodies of all users. */
	int forBodies() {
		return share(2);
	}

	/** How many may wait for the ends of bodies that nobody reads. */
	int forUnreadBodies() {
		return share(12);
	}

	private int share(int part) {
		return Math.max(this.all / part, 1);
	}

}

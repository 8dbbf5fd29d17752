package io.heliograph.account;

import java.time.Duration;

import org.springframework.security.core.AuthenticationException;

/** There were too many wrong passwords before: the present one was not looked at. */
final class TooManyFailures extends AuthenticationException {

	private final Duration retryAfter;

	TooManyFailures(Duration retryAfter) {
		super("too many wrong passwords");
		this.retryAfter = retryAfter;
	}

	/** In seconds, as HTTP tells it. */
	long retryAfterSeconds() {
		return this.retryAfter.toSeconds() + 1;
	}

}

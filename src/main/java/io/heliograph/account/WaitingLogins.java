package io.heliograph.account;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import io.heliograph.web.RequestThreads;

import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.stereotype.Component;

/**
 * The requests that wait for the answer to what they logged in with, with a thread each.
 * Only so many may, so that strangers with wrong passwords leave threads to who is known
 * and to health.
 */
@Component
final class WaitingLogins {

	private final Semaphore threads;

	WaitingLogins(RequestThreads threads) {
		this.threads = new Semaphore(threads.forPasswords());
	}

	/**
	 * Waits for an answer.
	 * @throws AuthenticationServiceException if too many wait already; then nothing is
	 * begun
	 */
	<T> T await(Supplier<CompletableFuture<T>> answer) {
		if (!this.threads.tryAcquire()) {
			throw busy();
		}
		try {
			return answer.get().join();
		}
		finally {
			this.threads.release();
		}
	}

	/** Too many wait for the answer to their passwords. */
	static AuthenticationServiceException busy() {
		return new AuthenticationServiceException("too many passwords are checked");
	}

}

package io.heliograph.account;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

import io.heliograph.web.RequestThreads;

import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.stereotype.Component;

/**
 * The requests that wait for the answer to what they logged in with, with a thread each.
 * Only so many may, so that strangers with wrong passwords leave threads to who is known
 * and to health; and only some of them from one address, so that one stranger leaves
 * places to others. Thread-safe.
 */
@Component
final class WaitingLogins {

	private static final int PARTS = 6;

	private final Semaphore threads;

	private final int mostOfAddress;

	private final ConcurrentMap<Network, Integer> ofAddress = new ConcurrentHashMap<>();

	WaitingLogins(RequestThreads threads) {
		this.threads = new Semaphore(threads.forPasswords());
		this.mostOfAddress = Math.max(1, threads.forPasswords() / PARTS);
	}

	/**
	 * Waits for an answer.
	 * @throws AuthenticationServiceException if too many wait already; then nothing is
	 * begun
	 */
	<T> T await(InetAddress address, Supplier<CompletableFuture<T>> answer) {
		Network network = Network.of(address);
		int waiting = this.ofAddress.merge(network, 1, Integer::sum);
		try {
			if (waiting > this.mostOfAddress || !this.threads.tryAcquire()) {
				throw busy();
			}
			try {
				return answer.get().join();
			}
			finally {
				this.threads.release();
			}
		}
		finally {
			this.ofAddress.computeIfPresent(network, (key, count) -> (count > 1) ? count - 1 : null);
		}
	}

	/** Too many wait for the answer to their passwords. */
	static AuthenticationServiceException busy() {
		return new AuthenticationServiceException("too many passwords are checked");
	}

}

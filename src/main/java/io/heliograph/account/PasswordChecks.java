package io.heliograph.account;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.heliograph.account.secret.GeneratedSecret;
import io.heliograph.account.secret.PasswordHash;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Checks passwords. Those that somebody chose are hashed on threads of its own, so that
 * they take no more than those; one that was right once is known again without hashing
 * while it counts. Thread-safe.
 */
@Component
final class PasswordChecks implements AutoCloseable {

	static final int MAX_WAITING = 256;

	private static final String MAC = "HmacSHA256";

	private static final String BCRYPT = "bcrypt";

	/** What is checked where there is no chosen password, so that it takes as long. */
	private final List<Password> ofNobody = List.of(new Password(0, PasswordHash.of("nobody"), Instant.EPOCH));

	private final SecretKeySpec key;

	/** The MACs of passwords that were right, by the numbers of the passwords. */
	private final ConcurrentMap<Long, byte[]> known = new ConcurrentHashMap<>();

	/**
	 * A fleet that comes back with one password waits for one check of it, and so do
	 * those who try one for a name that there is not: what differed would tell the names.
	 */
	private final ConcurrentMap<Attempt, CompletableFuture<@Nullable Password>> running = new ConcurrentHashMap<>();

	private final BackOff backOff;

	private final Rehashes rehashes;

	private final ThreadPoolExecutor pool;

	PasswordChecks(BackOff backOff, Rehashes rehashes) {
		this.backOff = backOff;
		this.rehashes = rehashes;
		byte[] secret = new byte[32];
		new SecureRandom().nextBytes(secret);
		this.key = new SecretKeySpec(secret, MAC);
		int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
		this.pool = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES,
				new LinkedBlockingQueue<>(MAX_WAITING), (task) -> {
					Thread thread = new Thread(task, "passwords");
					thread.setDaemon(true);
					return thread;
				});
		this.pool.allowCoreThreadTimeOut(true);
	}

	/**
	 * Returns the password of a user that is right, if that is known at once: it is a
	 * generated one, or was right before. Does not wait.
	 */
	@Nullable Password known(User user, byte[] password) {
		if (GeneratedSecret.looksGenerated(password)) {
			return matching(user.passwords().stream().filter((one) -> one.hash().generated()).toList(), password);
		}
		byte[] mac = mac(password);
		for (Password one : user.passwords()) {
			byte[] before = this.known.get(one.id());
			if (before != null && MessageDigest.isEqual(before, mac)) {
				return one;
			}
		}
		return null;
	}

	private static @Nullable Password matching(List<Password> passwords, byte[] password) {
		return passwords.stream().filter((one) -> one.hash().matches(password)).findFirst().orElse(null);
	}

	/**
	 * Checks a password that somebody chose.
	 * @param name who logs in
	 * @param user the user of this name, or null if there is none
	 * @return the password of the user that is right, or null; completes exceptionally
	 * with {@link RejectedExecutionException} if too many wait already, or with
	 * {@link BackOff.HeldOff}
	 */
	CompletableFuture<@Nullable Password> check(String name, @Nullable User user, byte[] password,
			InetAddress address) {
		byte[] mac = mac(password);
		Attempt attempt = new Attempt(name, user, ByteBuffer.wrap(mac));
		CompletableFuture<@Nullable Password> same = this.running.get(attempt);
		if (same != null) {
			return same;
		}
		CompletableFuture<@Nullable Password> result = new CompletableFuture<>();
		try {
			BackOff.Attempt counted = this.backOff.begin(name, address);
			same = this.running.putIfAbsent(attempt, result);
			if (same != null) {
				counted.unchecked();
				return same;
			}
			run(attempt, counted, result, password);
		}
		catch (BackOff.HeldOff ex) {
			result.completeExceptionally(ex);
		}
		return result;
	}

	private void run(Attempt attempt, BackOff.Attempt counted, CompletableFuture<@Nullable Password> result,
			byte[] password) {
		try {
			this.pool.execute(() -> {
				try {
					Password right = hashAndCompare(attempt, password);
					if (right != null) {
						counted.right();
					}
					else {
						counted.wrong();
					}
					this.running.remove(attempt);
					result.complete(right);
					if (right != null) {
						// nobody waits for it
						this.rehashes.offer(right, password);
					}
				}
				catch (Throwable ex) {
					fail(attempt, counted, result, ex);
				}
			});
		}
		catch (Throwable ex) {
			// too many wait, or there is no memory for a thread
			fail(attempt, counted, result, ex);
		}
	}

	private void fail(Attempt attempt, BackOff.Attempt counted, CompletableFuture<@Nullable Password> result,
			Throwable failure) {
		if (this.running.remove(attempt, result)) {
			counted.unchecked();
		}
		result.completeExceptionally(failure);
	}

	private @Nullable Password hashAndCompare(Attempt attempt, byte[] password) {
		User user = attempt.user();
		List<Password> chosen = (user != null)
				? user.passwords().stream().filter((one) -> !one.hash().generated()).toList() : List.of();
		Password right = matching(chosen, password);
		if (right != null) {
			this.known.put(right.id(), attempt.mac().array());
		}
		else if (chosen.stream().noneMatch((one) -> one.hash().scheme().equals(BCRYPT))) {
			// it takes as long as for most
			matching(this.ofNobody, password);
		}
		return right;
	}

	/** Forgets what was known of passwords that do not count any more. */
	void forget(Collection<Long> passwordIds) {
		passwordIds.forEach(this.known::remove);
	}

	private byte[] mac(byte[] password) {
		try {
			Mac mac = Mac.getInstance(MAC);
			mac.init(this.key);
			return mac.doFinal(password);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Java has no " + MAC, ex);
		}
	}

	@Override
	public void close() {
		this.pool.shutdownNow();
		this.running.values()
			.forEach((check) -> check.completeExceptionally(new RejectedExecutionException("the server stops")));
	}

	/**
	 * A check.
	 *
	 * @param mac of the password
	 */
	private record Attempt(String name, @Nullable User user, ByteBuffer mac) {
	}

}

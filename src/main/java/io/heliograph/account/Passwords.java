package io.heliograph.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.stereotype.Component;

/**
 * Hashes and checks passwords with bcrypt. Checks run on threads of its own, so that they
 * take no more than those; a password that was right once is known again without hashing
 * until the user's logins end. Thread-safe.
 */
@Component
final class Passwords implements AutoCloseable {

	private static final int MAX_BYTES = 72;

	/** About 70 ms on a small machine. */
	private static final int LOG_ROUNDS = 10;

	static final int MAX_WAITING = 256;

	private static final String MAC = "HmacSHA256";

	/** What is checked where there is no user, so that it takes as long. */
	private final String hashOfNobody = hash("nobody");

	private final SecretKeySpec key;

	private final ConcurrentMap<Long, Known> known = new ConcurrentHashMap<>();

	/**
	 * A fleet that comes back with one password waits for one check of it, and so do
	 * those who try one for a name that there is not: what differed would tell the names.
	 */
	private final ConcurrentMap<Attempt, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();

	private final ThreadPoolExecutor pool;

	Passwords() {
		byte[] secret = new byte[32];
		new SecureRandom().nextBytes(secret);
		this.key = new SecretKeySpec(secret, MAC);
		int threads = Runtime.getRuntime().availableProcessors();
		this.pool = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES,
				new LinkedBlockingQueue<>(MAX_WAITING), (task) -> {
					Thread thread = new Thread(task, "passwords");
					thread.setDaemon(true);
					return thread;
				});
		this.pool.allowCoreThreadTimeOut(true);
	}

	/**
	 * Checks that bcrypt tells a password from all others.
	 * @throws IllegalArgumentException if it does not
	 */
	static void checkUsable(String password) {
		byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
		// half a surrogate pair would become a question mark
		if (!usable(bytes) || !new String(bytes, StandardCharsets.UTF_8).equals(password)) {
			throw new IllegalArgumentException("A password is 1 to " + MAX_BYTES
					+ " bytes long in UTF-8 and holds neither U+0000 nor half a surrogate pair.");
		}
	}

	/**
	 * bcrypt ignores what is behind its limit, and repeats what ends in U+0000: to it "a"
	 * and "a", U+0000, "a" are the same.
	 */
	private static boolean usable(byte[] password) {
		boolean usable = password.length > 0 && password.length <= MAX_BYTES;
		for (byte b : password) {
			usable &= b != 0;
		}
		return usable;
	}

	/**
	 * Hashes a password.
	 * @throws IllegalArgumentException if it is not usable
	 */
	static String hash(String password) {
		checkUsable(password);
		byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
		return BCrypt.hashpw(bytes, BCrypt.gensalt("$2b", LOG_ROUNDS));
	}

	/**
	 * Whether a password is known to be right, from a check before. Does not hash.
	 */
	boolean isKnown(User user, byte[] password) {
		return isKnownBy(user, mac(password));
	}

	private boolean isKnownBy(User user, byte[] mac) {
		Known before = this.known.get(user.id());
		return before != null && before.login == user.logins() && MessageDigest.isEqual(before.mac, mac);
	}

	/**
	 * Checks a password.
	 * @param name who logs in
	 * @param user the user of this name, or null if there is none
	 * @return completes exceptionally with {@link RejectedExecutionException} if too many
	 * wait already
	 */
	CompletableFuture<Boolean> check(String name, @Nullable User user, byte[] password) {
		byte[] mac = mac(password);
		if (user != null && isKnownBy(user, mac)) {
			return CompletableFuture.completedFuture(true);
		}
		Attempt attempt = new Attempt(name, user, ByteBuffer.wrap(mac));
		CompletableFuture<Boolean> result = new CompletableFuture<>();
		CompletableFuture<Boolean> same = this.running.putIfAbsent(attempt, result);
		if (same != null) {
			return same;
		}
		run(() -> hashAndCompare(user, password, mac)).whenComplete((right, failure) -> {
			this.running.remove(attempt);
			if (failure == null) {
				result.complete(right);
			}
			else {
				result.completeExceptionally(failure);
			}
		});
		return result;
	}

	private CompletableFuture<Boolean> run(Supplier<Boolean> check) {
		try {
			return CompletableFuture.supplyAsync(check, this.pool);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private boolean hashAndCompare(@Nullable User user, byte[] password, byte[] mac) {
		boolean usable = usable(password);
		boolean right = BCrypt.checkpw(usable ? password : new byte[] { 'x' },
				(user != null) ? user.passwordHash() : this.hashOfNobody) && usable && user != null;
		if (right && user != null) {
			this.known.put(user.id(), new Known(user.logins(), mac));
		}
		return right;
	}

	/** Forgets what was known of a user's password. */
	void forget(long userId) {
		this.known.remove(userId);
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
	}

	/**
	 * A check.
	 *
	 * @param mac of the password
	 */
	private record Attempt(String name, @Nullable User user, ByteBuffer mac) {
	}

	/** A password that was right. */
	private record Known(long login, byte[] mac) {
	}

}

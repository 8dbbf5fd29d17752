package io.heliograph.account;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.heliograph.account.secret.GeneratedSecret;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/** Tells who somebody is by user name and password. Thread-safe. */
@Component
final class Logins {

	private static final Logger logger = LoggerFactory.getLogger(Logins.class);

	private final UserDirectory users;

	private final PasswordChecks checks;

	private final BackOff backOff;

	private final Duration refusalDelay;

	Logins(UserDirectory users, PasswordChecks checks, BackOff backOff, AccountSettings settings) {
		this.users = users;
		this.checks = checks;
		this.backOff = backOff;
		this.refusalDelay = settings.passwords().refusalDelay();
	}

	/**
	 * Returns what is known without waiting: that it is right, because it is a generated
	 * password or was right before.
	 */
	LoginResult.@Nullable Right known(String name, byte[] password, InetAddress address) {
		User user = enabled(name);
		Password right = (user != null) ? this.checks.known(user, password) : null;
		if (user == null || right == null) {
			return null;
		}
		if (!right.hash().generated()) {
			this.backOff.loggedIn(name, address);
		}
		return new LoginResult.Right(user, right);
	}

	private @Nullable User enabled(String name) {
		return this.users.find(name).filter(User::enabled).orElse(null);
	}

	/**
	 * Tells who it is, by what is known or by a check.
	 * @return never completes exceptionally
	 */
	CompletableFuture<LoginResult> login(String name, byte[] password, InetAddress address) {
		LoginResult known = known(name, password, address);
		return (known != null) ? CompletableFuture.completedFuture(known) : check(name, password, address);
	}

	/**
	 * Checks a user name and a password that are not known. A refusal comes a fixed time
	 * after the request, whatever there was to do for it: what differed would tell which
	 * names there are.
	 * @return never completes exceptionally
	 */
	CompletableFuture<LoginResult> check(String name, byte[] password, InetAddress address) {
		long began = System.nanoTime();
		if (GeneratedSecret.looksGenerated(password)) {
			// of nobody: what differed for who has a chosen one would tell the names
			return refusal(began);
		}
		User user = enabled(name);
		return this.checks.check(name, user, password, address)
			.handle((right, failure) -> (failure != null) ? unchecked(failure) : checked(user, right))
			.thenCompose((result) -> (result instanceof LoginResult.Wrong) ? refusal(began)
					: CompletableFuture.completedFuture(result));
	}

	/**
	 * Returns a refusal that comes the fixed time after the request, or twice or three
	 * times that time, where it took so long: a little more tells nothing then.
	 */
	private CompletableFuture<LoginResult> refusal(long began) {
		long delay = this.refusalDelay.toNanos();
		long rest = (delay > 0) ? delay - (System.nanoTime() - began) % delay : 0;
		return CompletableFuture.supplyAsync(LoginResult.Wrong::new,
				CompletableFuture.delayedExecutor(rest, TimeUnit.NANOSECONDS, Runnable::run));
	}

	private LoginResult checked(@Nullable User user, @Nullable Password right) {
		// it may have changed while the password was checked
		User now = (user != null) ? this.users.byId(user.id()) : null;
		return (right != null && now != null && now.admits(right.id())) ? new LoginResult.Right(now, right)
				: new LoginResult.Wrong();
	}

	private static LoginResult unchecked(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		if (cause instanceof BackOff.HeldOff heldOff) {
			return new LoginResult.HeldOff(heldOff.pause());
		}
		if (!(cause instanceof RejectedExecutionException)) {
			logger.error("A password could not be checked", failure);
		}
		return new LoginResult.Busy();
	}

}

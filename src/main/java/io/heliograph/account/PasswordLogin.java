package io.heliograph.account;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

import io.heliograph.web.RequestThreads;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * Knows who makes an HTTP request by name and password. A thread waits for each password
 * that is checked; only so many may, so that strangers with wrong passwords leave threads
 * to who is known and to health.
 */
@Component
final class PasswordLogin implements AuthenticationProvider {

	private final Accounts accounts;

	private final Semaphore waiting;

	PasswordLogin(Accounts accounts, RequestThreads threads) {
		this.accounts = accounts;
		this.waiting = new Semaphore(threads.forPasswords());
	}

	@Override
	public Authentication authenticate(Authentication request) {
		byte[] password = String.valueOf(request.getCredentials()).getBytes(StandardCharsets.UTF_8);
		User known = this.accounts.known(request.getName(), password);
		return CallerAuthentication.of((known != null) ? known : login(request.getName(), password));
	}

	private @Nullable User login(String name, byte[] password) {
		if (!this.waiting.tryAcquire()) {
			throw new AuthenticationServiceException("too many passwords are checked");
		}
		try {
			return this.accounts.login(name, password).join();
		}
		catch (CompletionException ex) {
			throw new AuthenticationServiceException("the password could not be checked", ex);
		}
		finally {
			this.waiting.release();
		}
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
	}

}

package io.heliograph.account;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/** Knows who makes an HTTP request by name and password. */
@Component
final class PasswordLogin implements AuthenticationProvider {

	private final Logins logins;

	private final Callers callers;

	private final WaitingLogins waiting;

	private final FirstLogins firstLogins;

	PasswordLogin(Logins logins, Callers callers, WaitingLogins waiting, FirstLogins firstLogins) {
		this.logins = logins;
		this.callers = callers;
		this.waiting = waiting;
		this.firstLogins = firstLogins;
	}

	@Override
	public Authentication authenticate(Authentication request) {
		byte[] password = String.valueOf(request.getCredentials()).getBytes(StandardCharsets.UTF_8);
		InetAddress address = ((CallerDetails) Objects.requireNonNull(request.getDetails())).address();
		LoginResult known = this.logins.known(request.getName(), password, address);
		LoginResult result = (known != null) ? known
				: this.waiting.await(address, () -> this.logins.check(request.getName(), password, address));
		if (result instanceof LoginResult.Right right) {
			Caller caller = new Caller(right.user().id(), right.user().name(),
					new Caller.ByPassword(right.password().id()), address);
			Authentication authentication = this.callers.authentication(caller);
			this.firstLogins.loggedIn(caller);
			return authentication;
		}
		if (result instanceof LoginResult.HeldOff heldOff) {
			throw new TooManyFailures(heldOff.retryAfter());
		}
		throw (result instanceof LoginResult.Busy) ? WaitingLogins.busy()
				: new BadCredentialsException("wrong name or password");
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
	}

}

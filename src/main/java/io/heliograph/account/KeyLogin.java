package io.heliograph.account;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.CredentialsExpiredException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/** Knows who makes a request by its API key. */
final class KeyLogin extends OncePerRequestFilter {

	private static final String SCHEME = "bearer ";

	private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

	private final KeyRing ring;

	private final Callers callers;

	private final FirstLogins firstLogins;

	private final AuthenticationEntryPoint refusals;

	KeyLogin(KeyRing ring, Callers callers, FirstLogins firstLogins, AuthenticationEntryPoint refusals) {
		this.ring = ring;
		this.callers = callers;
		this.firstLogins = firstLogins;
		this.refusals = refusals;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String token = token(request);
		if (token != null) {
			try {
				SecurityContext context = new SecurityContextImpl(authentication(request, token));
				SecurityContextHolder.setContext(context);
				// an answer that comes later passes the filters again
				this.contexts.saveContext(context, request, response);
			}
			catch (AuthenticationException ex) {
				User owner = this.callers.owner(token);
				if (owner != null) {
					ex.setAuthenticationRequest(
							UsernamePasswordAuthenticationToken.unauthenticated(owner.name(), null));
				}
				this.refusals.commence(request, response, ex);
				return;
			}
		}
		chain.doFilter(request, response);
	}

	private static @Nullable String token(HttpServletRequest request) {
		String header = request.getHeader(HttpHeaders.AUTHORIZATION);
		return (header != null && header.toLowerCase(Locale.ROOT).startsWith(SCHEME))
				? header.substring(SCHEME.length()).strip() : null;
	}

	private Authentication authentication(HttpServletRequest request, String token) {
		InetAddress address = CallerDetails.of(request).address();
		KeyRing.Use use = this.ring.use(token);
		if (use != null && this.ring.hasExpired(use.key())) {
			throw new CredentialsExpiredException("the API key has expired");
		}
		Caller caller = (use != null) ? this.callers.byKey(use, address) : null;
		if (use == null || caller == null) {
			// at once: what there was to do says no more than which numbers keys have
			throw new BadCredentialsException("no API key that counts");
		}
		Authentication authentication = this.callers.authentication(caller);
		this.ring.used(use.key().id());
		this.firstLogins.loggedIn(caller);
		return authentication;
	}

}

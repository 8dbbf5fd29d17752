package io.heliograph.account;

import java.io.IOException;

import io.heliograph.web.BodyStream;
import io.heliograph.web.StreamedRequest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Asks a second time whether a request is allowed, when its body has come to its end: a
 * client may take a minute for that, in which its login or its role may end. Whoever
 * reads a body to its end, as each endpoint does before it acts, meets the answer there.
 */
final class AuthorizationAfterBody extends OncePerRequestFilter {

	private final AuthorizationManager<HttpServletRequest> authorization;

	private final Callers callers;

	AuthorizationAfterBody(AuthorizationManager<HttpServletRequest> authorization, Callers callers) {
		this.authorization = authorization;
		this.callers = callers;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		chain.doFilter(new AskedRequest(request), response);
	}

	private void ask(HttpServletRequest request) {
		this.authorization.verify(this::present, request);
	}

	private Authentication present() {
		Authentication before = SecurityContextHolder.getContext().getAuthentication();
		if (before != null && before.getPrincipal() instanceof Caller caller) {
			return this.callers.authentication(caller);
		}
		throw new AuthenticationCredentialsNotFoundException("nobody is logged in");
	}

	private final class AskedRequest extends StreamedRequest {

		AskedRequest(HttpServletRequest request) {
			super(request);
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			return new AskedStream(super.getInputStream());
		}

		private final class AskedStream extends BodyStream {

			AskedStream(ServletInputStream stream) {
				super(stream);
			}

			@Override
			public int read() throws IOException {
				return asked(this.stream.read());
			}

			@Override
			public int read(byte[] bytes, int offset, int length) throws IOException {
				return asked(this.stream.read(bytes, offset, length));
			}

			private int asked(int result) {
				if (result < 0 || this.stream.isFinished()) {
					ask(AskedRequest.this);
				}
				return result;
			}

		}

	}

}

package io.heliograph.account;

import java.io.IOException;
import java.util.stream.Collectors;

import io.heliograph.web.Problem;
import io.heliograph.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/**
 * Answers requests that are not allowed: the same, whether that is known before their
 * body was read or when they take effect.
 */
@ControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class AccessRefusals implements AuthenticationEntryPoint, AccessDeniedHandler {

	private final ProblemWriter problems;

	AccessRefusals(ProblemWriter problems) {
		this.problems = problems;
	}

	@Override
	@ExceptionHandler
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
			throws IOException {
		if (failure instanceof AuthenticationServiceException) {
			response.setHeader(HttpHeaders.RETRY_AFTER, "5");
			this.problems.write(request, response,
					Problem.UNAVAILABLE.detail("Too many passwords wait to be checked; try again later."));
			return;
		}
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Heliograph\", charset=\"UTF-8\"");
		this.problems.write(request, response, Problem.UNAUTHENTICATED
			.detail("Send the name and the password of an enabled user by HTTP Basic authentication."));
	}

	@Override
	@ExceptionHandler
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
			throws IOException {
		this.problems.write(request, response, Problem.FORBIDDEN
			.detail("The role of this user does not allow it; ask an ADMIN for the role " + roles(failure) + "."));
	}

	private static String roles(AccessDeniedException failure) {
		return (failure instanceof AuthorizationDeniedException denied
				&& denied.getAuthorizationResult() instanceof AuthorityAuthorizationDecision decision)
						? decision.getAuthorities()
							.stream()
							.map(GrantedAuthority::getAuthority)
							.sorted()
							.collect(Collectors.joining(" or "))
						: "that it needs";
	}

}

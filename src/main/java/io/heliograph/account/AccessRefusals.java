package io.heliograph.account;

import java.io.IOException;
import java.util.List;

import io.heliograph.account.Refusal.Reason;
import io.heliograph.web.Problem;
import io.heliograph.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.CredentialsExpiredException;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
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

	private final Denials denials;

	AccessRefusals(ProblemWriter problems, Denials denials) {
		this.problems = problems;
		this.denials = denials;
	}

	@Override
	@ExceptionHandler
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
			throws IOException {
		this.denials.count(refusal(request, failure));
		this.problems.write(request, response, switch (reason(failure)) {
			case BUSY -> {
				response.setHeader(HttpHeaders.RETRY_AFTER, Problem.RETRY_AFTER_SECONDS);
				yield Problem.UNAVAILABLE.detail("Too many passwords wait to be checked; try again later.");
			}
			case HELD_OFF -> {
				response.setHeader(HttpHeaders.RETRY_AFTER,
						String.valueOf(((TooManyFailures) failure).retryAfterSeconds()));
				yield Problem.TOO_MANY_REQUESTS
					.detail("There were too many wrong passwords of this user, or from this address; try again later.");
			}
			case BANNED -> Problem.FORBIDDEN.detail("The user that this comes from is banned.");
			case KEY_EXPIRED -> unauthenticated(response, "This API key has expired; ask an ADMIN for another one.");
			default -> unauthenticated(response, "Send the name and the password of an enabled user by HTTP Basic "
					+ "authentication, or an API key as 'Authorization: Bearer …'.");
		});
	}

	private static ProblemDetail unauthenticated(HttpServletResponse response, String detail) {
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Heliograph\", charset=\"UTF-8\"");
		response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"Heliograph\"");
		return Problem.UNAUTHENTICATED.detail(detail);
	}

	private static Refusal refusal(HttpServletRequest request, AuthenticationException failure) {
		Caller caller = caller();
		if (caller != null) {
			return Refusal.login(caller, (failure instanceof BannedUser) ? Reason.BANNED : Reason.LOGIN_ENDED);
		}
		Authentication tried = failure.getAuthenticationRequest();
		return Refusal.login((tried != null) ? tried.getName() : null, CallerDetails.of(request).address(),
				reason(failure));
	}

	private static Reason reason(AuthenticationException failure) {
		if (failure instanceof AuthenticationServiceException) {
			return Reason.BUSY;
		}
		if (failure instanceof AuthenticationCredentialsNotFoundException) {
			return Reason.ANONYMOUS;
		}
		if (failure instanceof BannedUser) {
			return Reason.BANNED;
		}
		if (failure instanceof CredentialsExpiredException) {
			return Reason.KEY_EXPIRED;
		}
		return (failure instanceof TooManyFailures) ? Reason.HELD_OFF : Reason.BAD_CREDENTIALS;
	}

	/** Who is logged in. */
	private static @Nullable Caller caller() {
		Authentication present = SecurityContextHolder.getContext().getAuthentication();
		return (present != null && present.getPrincipal() instanceof Caller caller) ? caller : null;
	}

	@Override
	@ExceptionHandler
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
			throws IOException {
		List<String> missing = missing(failure);
		boolean scope = missing.stream().anyMatch((authority) -> authority.startsWith(KeyScope.AUTHORITY_PREFIX));
		Caller caller = caller();
		if (caller != null) {
			this.denials.count(Refusal.request(caller, request.getMethod() + " " + request.getRequestURI(),
					scope ? Reason.KEY_SCOPE : Reason.ROLE));
		}
		this.problems.write(request, response, Problem.FORBIDDEN.detail(whatIsMissing(missing, scope)));
	}

	private static String whatIsMissing(List<String> missing, boolean scope) {
		if (scope) {
			return "This API key does not allow it; ask an ADMIN for one with the scope "
					+ missing.get(0).substring(KeyScope.AUTHORITY_PREFIX.length()) + ".";
		}
		return "The role of this user does not allow it; ask an ADMIN for the role "
				+ (missing.isEmpty() ? "that it needs" : String.join(" or ", missing)) + ".";
	}

	private static List<String> missing(AccessDeniedException failure) {
		return (failure instanceof AuthorizationDeniedException denied
				&& denied.getAuthorizationResult() instanceof AuthorityAuthorizationDecision decision)
						? decision.getAuthorities().stream().map(GrantedAuthority::getAuthority).sorted().toList()
						: List.of();
	}

}

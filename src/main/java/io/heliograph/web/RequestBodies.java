package io.heliograph.web;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Decides how the body of each request is read: within limits, or not at all if it is
 * said to be too large, is encoded, or belongs to a GET: health, which all may ask, would
 * wait for a body that comes slowly.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class RequestBodies extends OncePerRequestFilter {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	private final HttpSettings settings;

	private final BodyReadLimiter limiter;

	private final ProblemWriter problems;

	RequestBodies(HttpSettings settings, RequestThreads threads, ProblemWriter problems) {
		this.settings = settings;
		this.limiter = new BodyReadLimiter(threads.forBodiesOfUser(), threads.forBodies());
		this.problems = problems;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getContentLengthLong() > this.settings.maxBodySize().toBytes()) {
			this.problems.write(request, response, BodyRefused.tooLarge(this.settings.maxBodySize()).problem());
			return;
		}
		String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
		if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
			this.problems.write(request, response, Problem.UNSUPPORTED_MEDIA_TYPE
				.detail("Send the body as it is, without the header Content-Encoding."));
			return;
		}
		chain.doFilter(READING.contains(request.getMethod()) ? new BodilessRequest(request)
				: new LimitedRequest(request, this.settings, this.limiter), response);
	}

}

package io.heliograph.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies over the limit: at once where the length is told, else when the limit is
 * passed. A thread waits for each: those that take too long are refused, and too many of
 * one user. That of a GET is not read at all: health, which all may ask, would wait for
 * it.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class RequestBodies extends OncePerRequestFilter {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	private final HttpSettings settings;

	private final BodyWaits waits = new BodyWaits();

	private final ProblemWriter problems;

	RequestBodies(HttpSettings settings, ProblemWriter problems) {
		this.settings = settings;
		this.problems = problems;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getContentLengthLong() > this.settings.maxBodySize().toBytes()) {
			this.problems.write(request, response, BodyRefused.tooLarge(this.settings.maxBodySize()));
			return;
		}
		String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
		if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
			this.problems.write(request, response, Problem.UNSUPPORTED_MEDIA_TYPE
				.detail("Send the body as it is, without the header Content-Encoding."));
			return;
		}
		chain.doFilter(READING.contains(request.getMethod()) ? new UnreadRequest(request) : new LimitedRequest(request),
				response);
	}

	private final class LimitedRequest extends HttpServletRequestWrapper {

		LimitedRequest(HttpServletRequest request) {
			super(request);
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			return new LimitedStream(super.getInputStream(), getContentLengthLong() < 0);
		}

	}

	private final class LimitedStream extends ServletInputStream {

		private final ServletInputStream stream;

		private final boolean chunked;

		private final String user = BodyWaits.user();

		private final long start = System.nanoTime();

		private long read;

		LimitedStream(ServletInputStream stream, boolean chunked) {
			this.stream = stream;
			this.chunked = chunked;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) > 0) ? one[0] & 0xff : -1;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			if (this.stream.isFinished()) {
				return -1;
			}
			// in chunks, what is there may be a header that is cut
			boolean isThere = !this.chunked && this.stream.available() > 0;
			int count = isThere ? this.stream.read(bytes, offset, length) : await(bytes, offset, length);
			this.read += Math.max(count, 0);
			DataSize limit = RequestBodies.this.settings.maxBodySize();
			if (this.read > limit.toBytes()) {
				throw new BodyRefused(BodyRefused.tooLarge(limit));
			}
			Duration timeout = RequestBodies.this.settings.bodyTimeout();
			if (System.nanoTime() - this.start > timeout.toNanos()) {
				throw new BodyRefused(BodyRefused.tooSlow(timeout));
			}
			return count;
		}

		private int await(byte[] bytes, int offset, int length) throws IOException {
			if (!RequestBodies.this.waits.enter(this.user)) {
				throw new BodyRefused(BodyRefused.tooMany());
			}
			try {
				return this.stream.read(bytes, offset, length);
			}
			finally {
				RequestBodies.this.waits.leave(this.user);
			}
		}

		@Override
		public boolean isFinished() {
			return this.stream.isFinished();
		}

		@Override
		public boolean isReady() {
			return this.stream.isReady();
		}

		@Override
		public void setReadListener(ReadListener listener) {
			this.stream.setReadListener(listener);
		}

	}

}

package io.heliograph.web;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies over the limit: at once where the length is told, else when the limit is
 * passed. Refuses those that take too long, for a thread waits for them. That of a GET is
 * not read at all: health, which all may ask, would wait for it.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class BodyLimit extends OncePerRequestFilter {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	private static final long SECONDS = 60;

	private final DataSize limit;

	private final ProblemWriter problems;

	BodyLimit(HttpSettings settings, ProblemWriter problems) {
		this.limit = settings.maxBodySize();
		this.problems = problems;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getContentLengthLong() > this.limit.toBytes()) {
			response.setHeader("Connection", "close");
			this.problems.write(request, response, BodyRefused.tooLarge(this.limit));
			return;
		}
		chain.doFilter(READING.contains(request.getMethod()) ? new UnreadRequest(request)
				: new LimitedRequest(request, this.limit), response);
	}

	/** A request whose body, if it has one, is none to those who would read it. */
	private static final class UnreadRequest extends HttpServletRequestWrapper {

		UnreadRequest(HttpServletRequest request) {
			super(request);
		}

		@Override
		public ServletInputStream getInputStream() {
			return new EmptyStream();
		}

	}

	private static final class EmptyStream extends ServletInputStream {

		@Override
		public int read() {
			return -1;
		}

		@Override
		public boolean isFinished() {
			return true;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new UnsupportedOperationException("there is nothing to read");
		}

	}

	private static final class LimitedRequest extends HttpServletRequestWrapper {

		private final DataSize limit;

		LimitedRequest(HttpServletRequest request, DataSize limit) {
			super(request);
			this.limit = limit;
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			return new LimitedStream(super.getInputStream(), this.limit);
		}

	}

	private static final class LimitedStream extends ServletInputStream {

		private final ServletInputStream stream;

		private final DataSize limit;

		private final long start = System.nanoTime();

		private long read;

		LimitedStream(ServletInputStream stream, DataSize limit) {
			this.stream = stream;
			this.limit = limit;
		}

		@Override
		public int read() throws IOException {
			int value = this.stream.read();
			count((value >= 0) ? 1 : 0);
			return value;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			int count = this.stream.read(bytes, offset, length);
			count(count);
			return count;
		}

		private void count(int bytes) throws IOException {
			this.read += Math.max(bytes, 0);
			if (this.read > this.limit.toBytes()) {
				throw new BodyRefused(BodyRefused.tooLarge(this.limit));
			}
			if (System.nanoTime() - this.start > TimeUnit.SECONDS.toNanos(SECONDS)) {
				throw new BodyRefused(BodyRefused.tooSlow(SECONDS));
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

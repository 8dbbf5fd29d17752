package io.heliograph.web;

import java.io.IOException;
import java.time.Duration;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * A request whose body is refused while it is read: when it passes the limit, when it
 * takes too long, and when too many are waited for, since a thread waits for each.
 */
final class LimitedRequest extends StreamedRequest {

	private final HttpSettings settings;

	private final BodyReadLimiter limiter;

	private @Nullable LimitedStream stream;

	LimitedRequest(HttpServletRequest request, HttpSettings settings, BodyReadLimiter limiter) {
		super(request);
		this.settings = settings;
		this.limiter = limiter;
	}

	@Override
	public ServletInputStream getInputStream() throws IOException {
		if (this.stream == null) {
			this.stream = new LimitedStream(super.getInputStream(), getContentLengthLong() < 0);
		}
		return this.stream;
	}

	private final class LimitedStream extends BodyStream {

		private final boolean chunked;

		private final String user = BodyReadLimiter.user();

		private final long start = System.nanoTime();

		private long read;

		LimitedStream(ServletInputStream stream, boolean chunked) {
			super(stream);
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
			DataSize limit = LimitedRequest.this.settings.maxBodySize();
			if (this.read > limit.toBytes()) {
				throw BodyRefused.tooLarge(limit);
			}
			Duration timeout = LimitedRequest.this.settings.bodyTimeout();
			if (System.nanoTime() - this.start > timeout.toNanos()) {
				throw BodyRefused.tooSlow(timeout);
			}
			return count;
		}

		private int await(byte[] bytes, int offset, int length) throws IOException {
			LimitedRequest.this.limiter.enter(this.user);
			try {
				return this.stream.read(bytes, offset, length);
			}
			finally {
				LimitedRequest.this.limiter.leave(this.user);
			}
		}

	}

}

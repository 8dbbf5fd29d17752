package io.heliograph.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Ends requests that were answered before their body was read. Tomcat waits for the rest
 * of it, so that the client reads the answer instead of failing to write; who sends
 * slowly on many connections would take all threads that way, without a login. So only a
 * few threads wait, and not for long; else the connection is closed.
 */
@Component
final class BodyDrain implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private static final long SECONDS = 5;

	private final RequestThreads threads;

	BodyDrain(RequestThreads threads) {
		this.threads = threads;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.addEngineValves(new Valve(this.threads.forUnreadBodies()));
	}

	private static final class Valve extends ValveBase {

		private final Semaphore waiting;

		Valve(int threads) {
			// requests may be answered by another thread
			super(true);
			this.waiting = new Semaphore(threads);
		}

		@Override
		public void invoke(Request request, Response response) throws IOException, ServletException {
			getNext().invoke(request, response);
			if (request.isAsync() || isRead(request)) {
				return;
			}
			boolean comes = request.getHeader(HttpHeaders.EXPECT) == null
					&& response.getStatus() != HttpServletResponse.SC_REQUEST_TIMEOUT;
			boolean ends = comes && readRest(request, response);
			if (!ends) {
				response.finishResponse();
				request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
			}
		}

		private static boolean isRead(Request request) {
			AtomicBoolean read = new AtomicBoolean();
			request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, read);
			return read.get();
		}

		/** Returns whether the body came to its end. */
		private boolean readRest(Request request, Response response) throws IOException {
			if (!this.waiting.tryAcquire()) {
				return false;
			}
			try {
				response.finishResponse();
				return readAll(request.getCoyoteRequest());
			}
			catch (IOException ex) {
				// gone, silent for too long, or no valid chunk
				return false;
			}
			finally {
				this.waiting.release();
			}
		}

		private static boolean readAll(org.apache.coyote.Request request) throws IOException {
			Dropped dropped = new Dropped();
			long start = System.nanoTime();
			while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS)) {
				if (request.doRead(dropped) < 0) {
					return true;
				}
			}
			return false;
		}

	}

	/** Takes what is read for nobody. */
	private static final class Dropped implements ApplicationBufferHandler {

		private ByteBuffer bytes = ByteBuffer.allocate(0);

		@Override
		public void setByteBuffer(ByteBuffer bytes) {
			this.bytes = bytes;
		}

		@Override
		public ByteBuffer getByteBuffer() {
			return this.bytes;
		}

		@Override
		public void expand(int size) {
			// only what keeps what was read needs more room
		}

	}

}

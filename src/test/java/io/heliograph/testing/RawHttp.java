package io.heliograph.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * A connection of HTTP that sends just what a test wants, in one piece or in several, and
 * receives what comes. Waits 10 s for each byte. Not thread-safe.
 */
public final class RawHttp implements AutoCloseable {

	private static final int TIMEOUT_MILLIS = 10_000;

	private final Socket socket;

	public RawHttp(int port) {
		this(port, "127.0.0.1");
	}

	/**
	 * @param from the address that it comes from
	 */
	public RawHttp(int port, String from) {
		try {
			this.socket = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0);
			this.socket.setSoTimeout(TIMEOUT_MILLIS);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The header of the admin. */
	public static String admin() {
		return basic("admin:" + Heliograph.ADMIN_PASSWORD);
	}

	/** The header of a user whose password is {@code <user>-secret}. */
	public static String user(String user) {
		return basic(user + ":" + user + "-secret");
	}

	/**
	 * The header of anyone.
	 * @param credentials as in {@code name:password}
	 */
	public static String basic(String credentials) {
		return "Authorization: Basic "
				+ Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Sends a request in one piece, with a header Host.
	 * @param line the first line, without the version
	 * @param headers further lines
	 */
	public RawHttp request(String line, List<String> headers, String body) {
		StringBuilder request = new StringBuilder(line).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
		headers.forEach((header) -> request.append(header).append("\r\n"));
		return send(request.append("\r\n").append(body).toString());
	}

	/** Sends this and nothing else. */
	public RawHttp send(String text) {
		try {
			this.socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Tells the server that nothing more will come. */
	public RawHttp endOutput() {
		try {
			this.socket.shutdownOutput();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits this long for each byte from here on, in the place of 10 s. */
	public RawHttp patience(Duration patience) {
		try {
			this.socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
			return this;
		}
		catch (SocketException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits for what ends like this; fails if the connection is closed before. */
	public String receiveTo(String end) {
		StringBuilder received = new StringBuilder();
		while (received.indexOf(end, received.length() - end.length()) < 0) {
			int next = read();
			if (next < 0) {
				throw new IllegalStateException("the connection was closed after: " + received);
			}
			received.append((char) next);
		}
		return received.toString();
	}

	/** Waits until the server closes the connection; returns what came until then. */
	public String receiveAll() {
		try {
			return new String(this.socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits for one byte; returns -1 if the server closes the connection. */
	public int read() {
		try {
			return this.socket.getInputStream().read();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Whether there is something to receive, or the connection was reset. */
	public boolean isAnswered() {
		try {
			return this.socket.getInputStream().available() > 0;
		}
		catch (IOException ex) {
			return true;
		}
	}

	/** Whether the server has closed the connection; all that came must be received. */
	public boolean isClosed() {
		try {
			int patience = this.socket.getSoTimeout();
			this.socket.setSoTimeout(1);
			try {
				int next = this.socket.getInputStream().read();
				if (next >= 0) {
					throw new IllegalStateException("more came: " + (char) next);
				}
			}
			finally {
				this.socket.setSoTimeout(patience);
			}
			return true;
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

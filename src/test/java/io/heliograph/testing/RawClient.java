package io.heliograph.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * An MQTT client that sends and receives bytes just as a test wants them, invalid ones
 * too, and acknowledges nothing by itself. Not thread-safe.
 */
public final class RawClient implements AutoCloseable {

	private static final int TIMEOUT_MILLIS = 10_000;

	private final Socket socket = new Socket();

	private final DataInputStream in;

	private final DataOutputStream out;

	/** Connects to a port of 127.0.0.1. */
	public RawClient(int port) {
		this(new InetSocketAddress("127.0.0.1", port));
	}

	public RawClient(InetSocketAddress address) {
		this(address, null);
	}

	/**
	 * @param from the address that it comes from, or null for any
	 */
	public RawClient(InetSocketAddress address, @Nullable String from) {
		try {
			if (from != null) {
				this.socket.bind(new InetSocketAddress(from, 0));
			}
			this.socket.setTcpNoDelay(true);
			this.socket.setSoTimeout(TIMEOUT_MILLIS);
			this.socket.connect(address, TIMEOUT_MILLIS);
			this.in = new DataInputStream(new java.io.BufferedInputStream(this.socket.getInputStream()));
			this.out = new DataOutputStream(this.socket.getOutputStream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Connects with 3.1.1 and waits for CONNACK. */
	public static RawClient connected(int port, String id, boolean clean) {
		RawClient client = new RawClient(port);
		return client.send(connect(4, id, clean)).accepted();
	}

	/**
	 * Connects with 5 and waits for CONNACK; the session outlives the connection for ever
	 * if not clean.
	 */
	public static RawClient connected5(int port, String id, boolean clean) {
		RawClient client = new RawClient(port);
		return client.send(connect(5, id, clean)).accepted();
	}

	/**
	 * Connects with 3.1.1 and a clean session as a user whose password is
	 * {@code <user>-secret}, and waits for CONNACK.
	 */
	public static RawClient loggedIn(int port, String user, String id) {
		return new RawClient(port).send(connect(user, user + "-secret", id, true)).accepted();
	}

	/** A CONNECT of version 4 with a user name and a password. */
	public static byte[] connect(String user, String password, String id, boolean clean) {
		return packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(4, clean ? 0xc2 : 0xc0)
					.number(0)
					.text(id)
					.text(user)
					.text(password));
	}

	/**
	 * A CONNECT of version 4 with a will of QoS 0, of a user whose password is its name
	 * and {@code -secret}.
	 */
	public static byte[] connectWithWill(String user, String id, String topic, String payload) {
		return packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(4, 0xc6)
					.number(0)
					.text(id)
					.text(topic)
					.text(payload)
					.text(user)
					.text(user + "-secret"));
	}

	/** Waits for a CONNACK that accepts. */
	public RawClient accepted() {
		Packet connack = receive();
		if (connack.type() != 2 || connack.body()[1] != 0) {
			throw new IllegalStateException("refused: " + connack);
		}
		return this;
	}

	/** A CONNECT of version 4 (3.1.1) or 5. */
	public static byte[] connect(int version, String id, boolean clean) {
		PacketBody body = new PacketBody().text("MQTT").bytes(version, clean ? 2 : 0).number(0);
		if (version == 5) {
			body.bytes(clean ? new int[] { 0 } : new int[] { 5, 0x11, 0xff, 0xff, 0xff, 0xff });
		}
		return packet(0x10, body.text(id));
	}

	/** A PUBLISH; {@code packetId} is left out if it is 0. */
	public static byte[] publish(String topic, String payload, int qos, int packetId) {
		PacketBody body = new PacketBody().text(topic);
		if (packetId != 0) {
			body.number(packetId);
		}
		return packet(0x30 | (qos << 1), body.raw(payload.getBytes(StandardCharsets.UTF_8)));
	}

	/** A PUBLISH of version 5, with these properties. */
	public static byte[] publish5(String topic, String payload, int qos, int packetId, PacketBody properties) {
		PacketBody body = new PacketBody().text(topic);
		if (packetId != 0) {
			body.number(packetId);
		}
		return packet(0x30 | (qos << 1), body.sized(properties).raw(payload.getBytes(StandardCharsets.UTF_8)));
	}

	public static byte[] subscribe(int packetId, String filter, int options) {
		return packet(0x82, new PacketBody().number(packetId).text(filter).bytes(options));
	}

	/** A SUBSCRIBE of version 5, without properties. */
	public static byte[] subscribe5(int packetId, String filter, int options) {
		return packet(0x82, new PacketBody().number(packetId).bytes(0).text(filter).bytes(options));
	}

	/** A SUBSCRIBE with QoS 1, or an UNSUBSCRIBE, of version 5 that names t so often. */
	public static byte[] filters5(boolean subscribe, int count) {
		PacketBody body = new PacketBody().number(1).bytes(0);
		for (int i = 0; i < count; i++) {
			body.text("t");
			if (subscribe) {
				body.bytes(1);
			}
		}
		return packet(subscribe ? 0x82 : 0xa2, body);
	}

	public static byte[] unsubscribe(int packetId, String filter) {
		return packet(0xa2, new PacketBody().number(packetId).text(filter));
	}

	/** A packet with this first byte. */
	public static byte[] packet(int first, PacketBody body) {
		return new PacketBody().bytes(first).sized(body).toByteArray();
	}

	/** An acknowledgement: PUBACK 0x40, PUBREC 0x50, PUBREL 0x62, PUBCOMP 0x70. */
	public static byte[] ack(int first, int packetId) {
		return packet(first, new PacketBody().number(packetId));
	}

	public RawClient send(byte[]... packets) {
		try {
			ByteArrayOutputStream all = new ByteArrayOutputStream();
			for (byte[] packet : packets) {
				all.writeBytes(packet);
			}
			this.out.write(all.toByteArray());
			this.out.flush();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public int localPort() {
		return this.socket.getLocalPort();
	}

	/** Waits this long for packets from here on, in the place of 10 s. */
	public RawClient patience(Duration patience) {
		try {
			this.socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
			return this;
		}
		catch (SocketException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Subscribes with 3.1.1 and waits for SUBACK; fails if something else comes before.
	 */
	public RawClient subscribed(String filter, int qos) {
		send(subscribe(1, filter, qos));
		Packet suback = receive();
		if (suback.type() != 9 || suback.body()[2] != qos) {
			throw new IllegalStateException("not subscribed: " + suback);
		}
		return this;
	}

	/** Waits for a packet; fails after 10 s, or when the connection is closed. */
	public Packet receive() {
		Packet packet = receiveOrClosed();
		if (packet == null) {
			throw new IllegalStateException("the connection was closed");
		}
		return packet;
	}

	/** Waits for a packet, or null once the connection is closed. */
	public @Nullable Packet receiveOrClosed() {
		try {
			int first = this.in.read();
			if (first < 0) {
				return null;
			}
			int length = 0;
			int shift = 0;
			int digit;
			do {
				digit = this.in.readUnsignedByte();
				length |= (digit & 0x7f) << shift;
				shift += 7;
			}
			while (digit > 0x7f);
			byte[] body = new byte[length];
			this.in.readFully(body);
			return new Packet(first, body);
		}
		catch (EOFException | SocketException ex) {
			return null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Whether the server closes the connection within the time-out; packets before that
	 * are skipped.
	 */
	public boolean closedByServer() {
		try {
			while (receiveOrClosed() != null) {
			}
			return true;
		}
		catch (UncheckedIOException ex) {
			if (ex.getCause() instanceof SocketTimeoutException) {
				return false;
			}
			throw ex;
		}
	}

	/**
	 * Waits for the DISCONNECT that ends a connection of version 5, and for the end;
	 * packets before that are skipped.
	 * @return the reason code
	 */
	public int closeReason() {
		Packet packet = receive();
		while (packet.type() != 14) {
			packet = receive();
		}
		if (receiveOrClosed() != null) {
			throw new IllegalStateException("a packet after DISCONNECT");
		}
		return packet.body()[0] & 0xff;
	}

	/**
	 * Sends PINGREQ and waits for its answer, twice, since messages are sent after what
	 * was read is answered; fails if anything else comes.
	 */
	public void ping() {
		for (int i = 0; i < 2; i++) {
			send(new byte[] { (byte) 0xc0, 0 });
			Packet answer = receive();
			if (answer.type() != 13) {
				throw new IllegalStateException("no PINGRESP: " + answer);
			}
		}
	}

	/** Ends the connection without a good-bye of MQTT, but with that of TCP. */
	public void hangUp() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Cuts the connection without a good-bye. */
	@Override
	public void close() {
		try {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

package io.heliograph.broker.moquette;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of clients that do not read, or slowly, what they are sent. */
class PressureTests {

	private static final int FLOOD_BYTES = 96 * 1024 * 1024;

	/** More than the kernel takes, and fewer than make the channel stop to read. */
	private static final int UNSENT_PONGS = 2000;

	private static final int MESSAGES = 4;

	private static final byte[] PINGREQ = { (byte) 0xc0, 0 };

	private static final int PING_MILLIS = 400;

	/** For more than three of the periods after which a client is idle: of 2 s each. */
	private static final int UNREAD_PINGS = 17;

	private final TestBroker broker = new TestBroker(new TestAccess());

	@AfterEach
	void close() {
		this.broker.close();
	}

	@Test
	void stopsReadingPingsOfAWebSocketWhosePongsNobodyReads() throws IOException, InterruptedException {
		try (TestBroker patient = new TestBroker(new TestAccess(), Duration.ofMinutes(5));
				SocketChannel flood = openWebSocket(patient)) {
			flood.configureBlocking(false);
			assertThat(written(flood, pings(1000))).isLessThan(FLOOD_BYTES);
			try (RawClient client = RawClient.connected(patient.port(), "healthy", true)) {
				client.ping();
			}
		}
	}

	@Test
	void waitsNoLongerForTheConnectOfAWebSocketWhosePongsNobodyReads() throws IOException, InterruptedException {
		try (SocketChannel flood = openWebSocket(this.broker)) {
			Channel channel = smallBuffer(flood.socket().getLocalPort());
			flood.configureBlocking(false);
			while (channel.config().isAutoRead()) {
				flood.write(pings(100));
			}
			assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void closesAWebSocketThatWasRefusedAndWhosePongsNobodyReads() throws IOException, InterruptedException {
		try (SocketChannel flood = openWebSocket(this.broker)) {
			Channel channel = smallBuffer(flood.socket().getLocalPort());
			Guard guard = channel.pipeline().get(Guard.class);
			flood.write(pings(UNSENT_PONGS));
			byte[] connect = RawClient.packet(0x10,
					new PacketBody().text("MQTT").bytes(4, 0xc2).number(0).text("flood").text("user").text("wrong"));
			flood.write(ByteBuffer.allocate(6 + connect.length)
				.put((byte) 0x82)
				.put((byte) (0x80 | connect.length))
				.putInt(0)
				.put(connect)
				.flip());
			await().until(() -> guard.phase() == Phase.CLOSED);
			assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	/** The broker's end, whose kernel takes little that its client does not read. */
	private Channel smallBuffer(int clientPort) {
		Channel channel = this.broker.channelOf(clientPort);
		channel.config().setOption(ChannelOption.SO_SNDBUF, 16 * 1024);
		return channel;
	}

	private static SocketChannel openWebSocket(TestBroker broker) throws IOException {
		SocketChannel socket = SocketChannel.open();
		// or megabytes of what nobody reads fit into the kernel, which takes a while
		socket.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
		socket.connect(new InetSocketAddress("127.0.0.1", broker.webSocketPort()));
		String upgrade = """
				GET /mqtt HTTP/1.1\r
				Host: 127.0.0.1\r
				Upgrade: websocket\r
				Connection: Upgrade\r
				Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
				Sec-WebSocket-Version: 13\r
				Sec-WebSocket-Protocol: mqtt\r
				\r
				""";
		socket.write(ByteBuffer.wrap(upgrade.getBytes(StandardCharsets.US_ASCII)));
		ByteBuffer answer = ByteBuffer.allocate(1024);
		while (!new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
			assertThat(socket.read(answer)).isPositive();
		}
		return socket;
	}

	/** Masked PINGs of 125 bytes. */
	private static ByteBuffer pings(int count) {
		ByteBuffer pings = ByteBuffer.allocate(131 * count);
		while (pings.hasRemaining()) {
			pings.put((byte) 0x89).put((byte) (0x80 | 125)).putInt(0).put(new byte[125]);
		}
		return pings.flip();
	}

	/** Writes until nothing is taken for a second, or all. */
	private static long written(SocketChannel channel, ByteBuffer bytes) throws IOException, InterruptedException {
		long written = 0;
		for (int idle = 0; idle < 100 && written < FLOOD_BYTES;) {
			int count = channel.write(bytes);
			written += count;
			if (!bytes.hasRemaining()) {
				bytes.rewind();
			}
			if (count == 0) {
				idle++;
				TimeUnit.MILLISECONDS.sleep(10);
			}
			else {
				idle = 0;
			}
		}
		return written;
	}

	@Test
	void keepsAClientThatReadsSlowlyAndPingsInTime() throws InterruptedException {
		try (RawClient device = new RawClient(this.broker.port())) {
			Channel channel = fill(device);
			for (int i = 0; i < UNREAD_PINGS; i++) {
				device.send(PINGREQ);
				assertThat(channel.isOpen()).as("at ping " + i).isTrue();
				assertThat(channel.config().isAutoRead()).as("reads at ping " + i).isFalse();
				TimeUnit.MILLISECONDS.sleep(PING_MILLIS);
			}
			for (int i = 0; i < MESSAGES; i++) {
				device.send(PINGREQ);
				assertThat(receivePublish(device).payload()).startsWith(i + "x");
			}
		}
	}

	@Test
	void endsAClientThatReadsNothingAndSaysNothing() throws InterruptedException {
		try (RawClient device = new RawClient(this.broker.port())) {
			Channel channel = fill(device);
			assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
			await().until(() -> this.broker.engine().sessions().find(new ClientId("slow reader")).isEmpty());
		}
	}

	/**
	 * Connects with the shortest keep alive, and sends it more than its channel takes.
	 * @return the broker's end, which is not read from
	 */
	private Channel fill(RawClient device) {
		Channel channel = smallBuffer(device.localPort());
		device.send(RawClient.packet(0x10, new PacketBody().text("MQTT").bytes(4, 2).number(1).text("slow reader")));
		assertThat(device.receive().type()).isEqualTo(2);
		device.subscribed("t", 0);
		try (RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true)) {
			for (int i = 0; i < MESSAGES; i++) {
				publisher.send(RawClient.publish("t", i + "x".repeat(900_000), 0, 0));
			}
			publisher.ping();
		}
		await().until(() -> !channel.isWritable());
		return channel;
	}

	private static Packet receivePublish(RawClient device) {
		Packet packet = device.receive();
		while (packet.type() == 13) {
			packet = device.receive();
		}
		return packet;
	}

}

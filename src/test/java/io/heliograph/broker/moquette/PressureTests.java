package io.heliograph.broker.moquette;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.PacketBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of clients that do not read, or slowly, what they are sent. */
class PressureTests {

	private static final int FLOOD_BYTES = 96 * 1024 * 1024;

	private final TestBroker broker = new TestBroker(new TestAccess());

	@AfterEach
	void close() {
		this.broker.close();
	}

	@Test
	void stopsReadingPingsOfAWebSocketWhosePongsNobodyReads() throws IOException, InterruptedException {
		try (SocketChannel flood = SocketChannel
			.open(new InetSocketAddress("127.0.0.1", this.broker.webSocketPort()))) {
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
			flood.write(ByteBuffer.wrap(upgrade.getBytes(StandardCharsets.US_ASCII)));
			ByteBuffer answer = ByteBuffer.allocate(1024);
			while (!new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
				assertThat(flood.read(answer)).isPositive();
			}
			flood.configureBlocking(false);
			assertThat(written(flood, pings())).isLessThan(FLOOD_BYTES);
		}
		try (RawClient client = RawClient.connected(this.broker.port(), "healthy", true)) {
			client.ping();
		}
	}

	/** Masked PINGs of 125 bytes. */
	private static ByteBuffer pings() {
		ByteBuffer pings = ByteBuffer.allocate(131 * 1000);
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
		RawClient device = new RawClient(this.broker.port());
		int keepAliveSeconds = 1;
		device.send(RawClient.packet(0x10,
				new PacketBody().text("MQTT").bytes(4, 2).number(keepAliveSeconds).text("slow reader")));
		assertThat(device.receive().type()).isEqualTo(2);
		device.subscribed("t", 0);
		try (RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true)) {
			for (int i = 0; i < 20; i++) {
				publisher.send(RawClient.publish("t", i + "x".repeat(900_000), 0, 0));
			}
			publisher.ping();
		}
		for (int i = 0; i < 20; i++) {
			TimeUnit.MILLISECONDS.sleep(400);
			device.send(new byte[] { (byte) 0xc0, 0 });
			Packet packet = device.receive();
			while (packet.type() == 13) {
				packet = device.receive();
			}
			assertThat(packet.payload()).startsWith(i + "x");
		}
		device.close();
	}

}

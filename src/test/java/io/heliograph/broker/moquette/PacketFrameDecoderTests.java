package io.heliograph.broker.moquette;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What of a stream of bytes is handed on, and when. */
class PacketFrameDecoderTests {

	private static final int MAX_BYTES = 1000;

	private final Packets packets = new Packets();

	private final EmbeddedChannel channel = new EmbeddedChannel(new PacketFrameDecoder(this.packets, MAX_BYTES),
			this.packets);

	@AfterEach
	void close() {
		this.channel.finishAndReleaseAll();
	}

	/** Each handed on as it came. */
	private List<byte[]> send(byte[] bytes) {
		this.channel.writeInbound(Unpooled.copiedBuffer(bytes));
		return handedOn();
	}

	private List<byte[]> handedOn() {
		List<byte[]> handedOn = new ArrayList<>();
		for (ByteBuf next = this.channel.readInbound(); next != null; next = this.channel.readInbound()) {
			handedOn.add(ByteBufUtil.getBytes(next));
			next.release();
		}
		return handedOn;
	}

	/** A PUBLISH with a payload of so many bytes. */
	private static byte[] publish(int payload) {
		return RawClient.publish("t", "x".repeat(payload), 0, 0);
	}

	private static byte[] join(byte[]... packets) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		Arrays.stream(packets).forEach(bytes::writeBytes);
		return bytes.toByteArray();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 5, 11, 127, 128, 1000, 5000 })
	void arePacketsThatAreWhole(int part) {
		byte[][] packets = IntStream.range(0, 400)
			.mapToObj((i) -> (i % 3 == 0) ? RawClient.ack(0x40, i + 1) : publish(i))
			.toArray(byte[][]::new);
		byte[] all = join(packets);
		List<Integer> ends = new ArrayList<>();
		Arrays.stream(packets)
			.forEach((packet) -> ends.add((ends.isEmpty() ? 0 : ends.get(ends.size() - 1)) + packet.length));
		ByteArrayOutputStream handedOn = new ByteArrayOutputStream();
		for (int start = 0; start < all.length; start += part) {
			int sent = Math.min(all.length, start + part);
			send(Arrays.copyOfRange(all, start, sent)).forEach(handedOn::writeBytes);
			int whole = ends.stream().filter((end) -> end <= sent).mapToInt(Integer::intValue).max().orElse(0);
			assertThat(handedOn.size()).as("after %d bytes", sent).isEqualTo(whole);
		}
		assertThat(handedOn.toByteArray()).isEqualTo(all);
	}

	@Test
	void isAPacketAsLongAsMayBe() {
		byte[] packet = publish(MAX_BYTES - 3);
		assertThat(send(Arrays.copyOf(packet, packet.length - 1))).isEmpty();
		assertThat(send(new byte[] { packet[packet.length - 1] })).containsExactly(packet);
	}

	/** It is refused where it is decoded, and nothing behind it counts. */
	@Test
	void isAtOnceWhatBelongsToAPacketThatIsTooLong() {
		byte[] packet = publish(MAX_BYTES - 2);
		assertThat(send(Arrays.copyOf(packet, 2))).isEmpty();
		assertThat(send(new byte[] { packet[2] })).containsExactly(Arrays.copyOf(packet, 3));
		assertThat(send(new byte[] { 1 })).containsExactly(new byte[] { 1 });
	}

	@Test
	void isAtOnceWhatHasNoValidLength() {
		byte[] whole = publish(1);
		byte[] endless = ByteBuffer.allocate(5).putInt(0x30ffffff).put((byte) 0xff).array();
		assertThat(send(join(whole, endless))).containsExactly(whole, endless);
		assertThat(send(new byte[] { 1 })).containsExactly(new byte[] { 1 });
	}

	/** And all that came meanwhile, PUBACK too. */
	@Test
	void isNothingWhileTheReceiverHolds() {
		byte[] packet = publish(10);
		this.packets.holds = true;
		assertThat(send(join(packet, packet))).isEmpty();
		assertThat(send(Arrays.copyOf(packet, 3))).isEmpty();
		this.packets.holdAfter(1);
		PacketFrameDecoder.resume(this.channel.pipeline());
		assertThat(handedOn()).containsExactly(packet);
		this.packets.holdAfter(5);
		PacketFrameDecoder.resume(this.channel.pipeline());
		assertThat(handedOn()).containsExactly(packet);
		assertThat(send(Arrays.copyOfRange(packet, 3, packet.length))).containsExactly(packet);
	}

	/** What was in the buffer before is behind them. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 5, 100 })
	void areWithoutTheAcknowledgementsBehindThem(int stale) {
		this.packets.acknowledges = true;
		byte[] packet = publish(1);
		byte[] all = join(packet, RawClient.ack(0x40, 7), RawClient.ack(0x40, 8));
		byte[] buffer = Arrays.copyOf(all, all.length + stale);
		Arrays.fill(buffer, all.length, buffer.length, (byte) 0xff);
		this.channel.writeInbound(Unpooled.wrappedBuffer(buffer).writerIndex(all.length));
		assertThat(handedOn()).containsExactly(packet);
		assertThat(this.packets.acknowledged).containsExactly(7, 8);
		assertThat(send(join(packet, Arrays.copyOf(packet, 1)))).containsExactly(packet);
		assertThat(send(Arrays.copyOfRange(packet, 1, packet.length))).containsExactly(packet);
	}

	@Test
	void areNoneIfThereIsNothingButAcknowledgements() {
		this.packets.acknowledges = true;
		ByteBuf acknowledgements = Unpooled.copiedBuffer(join(RawClient.ack(0x40, 7), RawClient.ack(0x40, 8)));
		this.channel.writeInbound(acknowledgements);
		assertThat(acknowledgements.refCnt()).isZero();
		assertThat(handedOn()).isEmpty();
		assertThat(this.packets.acknowledged).containsExactly(7, 8);
	}

	@Test
	void haveWhatLooksLikeAnAcknowledgementInTheirMiddle() {
		this.packets.acknowledges = true;
		byte[] packet = RawClient.publish("t", "@\2ab", 0, 0);
		byte[] end = RawClient.ack(0x40, 0x6162);
		assertThat(packet).endsWith(end);
		assertThat(send(Arrays.copyOf(packet, packet.length - end.length))).isEmpty();
		assertThat(send(end)).containsExactly(packet);
		assertThat(this.packets.acknowledged).isEmpty();
	}

	@Test
	void mayHaveNothingButAHeader() {
		byte[] ping = { (byte) 0xc0, 0 };
		assertThat(send(join(ping, ping))).containsExactly(ping, ping);
	}

	@Test
	void areFreeWhereAnAcknowledgementFails() {
		this.packets.failure = new IllegalStateException("a defect");
		ByteBuf acknowledgement = Unpooled.copiedBuffer(RawClient.ack(0x40, 7));
		assertThatIllegalStateException().isThrownBy(() -> this.channel.writeInbound(acknowledgement));
		assertThat(acknowledgement.refCnt()).isZero();
	}

	/** Else it would be decoded anew with each packet behind. */
	@Test
	void endsWithAPacketOfWhichTheDecoderWantsMore() {
		this.packets.wantsMore = true;
		assertThatExceptionOfType(CorruptedFrameException.class).isThrownBy(() -> send(publish(10)));
	}

	@Test
	void endsWithAFieldThatGoesBeyondItsPacket() {
		try (TestBroker broker = new TestBroker(new TestAccess());
				RawClient device = RawClient.connected5(broker.port(), "device", true)) {
			device.send(RawClient.packet(0x82, new PacketBody().number(1).bytes(0).number(0xffff).raw(new byte[100])));
			assertThat(device.closeReason()).isEqualTo(0x81);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 7, 10_000 })
	void areUnderstoodInWhateverPartsTheyCome(int part) {
		byte[] all = join(RawClient.connect(4, "device", true), RawClient.subscribe(1, "t", 1),
				RawClient.publish("t", "one", 0, 0), RawClient.publish("t", "two", 2, 7), RawClient.ack(0x62, 7),
				RawClient.packet(0x30, new PacketBody().text("t").raw(new byte[300])));
		try (TestBroker broker = new TestBroker(new TestAccess()); RawClient device = new RawClient(broker.port())) {
			for (int start = 0; start < all.length; start += part) {
				device.send(Arrays.copyOfRange(all, start, Math.min(all.length, start + part)));
			}
			List<Integer> types = new ArrayList<>();
			for (int i = 0; i < 7; i++) {
				types.add(device.receive().type());
			}
			assertThat(types).as("CONNACK, SUBACK, three of PUBLISH, PUBREC, PUBCOMP")
				.containsExactlyInAnyOrder(2, 9, 3, 3, 3, 5, 7);
		}
	}

	/** Takes packets as they are. */
	private static final class Packets extends ChannelInboundHandlerAdapter implements PacketFrameDecoder.Receiver {

		private boolean holds;

		private boolean wantsMore;

		private boolean acknowledges;

		private @Nullable RuntimeException failure;

		private final List<Integer> acknowledged = new ArrayList<>();

		private int left = Integer.MAX_VALUE;

		private long received;

		void holdAfter(int packets) {
			this.holds = false;
			this.left = packets;
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object packet) {
			this.received += this.wantsMore ? 0 : 1;
			this.holds = --this.left == 0;
			context.fireChannelRead(packet);
		}

		@Override
		public boolean holds() {
			return this.holds;
		}

		@Override
		public long received() {
			return this.received;
		}

		@Override
		public boolean acknowledge(int packetId) {
			if (this.failure != null) {
				throw this.failure;
			}
			if (this.acknowledges) {
				this.acknowledged.add(packetId);
			}
			return this.acknowledges;
		}

	}

}

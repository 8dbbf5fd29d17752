package io.heliograph.broker.moquette;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.MessageProperties.UserProperty;
import io.heliograph.broker.Priority;
import io.heliograph.broker.engine.Copy;
import io.heliograph.broker.engine.TestCopies;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A PUBLISH as it goes to a client, at the borders of its sizes. */
class PacketEncoderTests {

	private static final String TOPIC = "größe";

	private static final byte[] TOPIC_UTF8 = TOPIC.getBytes(StandardCharsets.UTF_8);

	private static final int PACKET_ID = 0xfedc;

	/** What is in the buffer before. */
	private static final byte[] BEFORE = { 1, 2, 3 };

	private final ByteBuf out = Unpooled.buffer().writeBytes(BEFORE);

	/** Of each version and QoS, sizes around those at which their length grows. */
	static Stream<Arguments> sizes() {
		return Stream.of(false, true)
			.flatMap((v5) -> Stream.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE)
				.flatMap((qos) -> Stream.of(127, 128, 16_383, 16_384, 2_097_151, 2_097_152)
					.map((remaining) -> Arguments.of(v5, qos, remaining))));
	}

	private static byte[] payload(int size) {
		byte[] payload = new byte[size];
		new Random(1).nextBytes(payload);
		return payload;
	}

	private static Copy copy(Qos qos, byte[] payload, MessageProperties properties, int... subscriptionIds) {
		return TestCopies.of(new Message(MessageId.next(0), new Topic(TOPIC), payload, qos, false, null,
				Priority.NORMAL, properties, null), subscriptionIds);
	}

	/** Whether it is written for a client that takes packets of this size. */
	private boolean write(boolean v5, int maxPacketSize, Copy copy) {
		return new PacketEncoder(v5, maxPacketSize).publish(this.out, copy,
				(copy.qos() != Qos.AT_MOST_ONCE) ? PACKET_ID : 0, false, Instant.EPOCH);
	}

	private void assertThatNothingIsWritten() {
		assertThat(bytes(this.out.readableBytes())).isEqualTo(BEFORE);
	}

	private byte[] bytes(int count) {
		byte[] bytes = new byte[count];
		this.out.readBytes(bytes);
		return bytes;
	}

	private int varint() {
		int value = 0;
		int shift = 0;
		int digit;
		do {
			digit = this.out.readUnsignedByte();
			value |= (digit & 0x7f) << shift;
			shift += 7;
		}
		while (digit > 0x7f);
		return value;
	}

	private static int varintBytes(int value) {
		return (value > 2_097_151) ? 4 : (value > 16_383) ? 3 : (value > 127) ? 2 : 1;
	}

	@ParameterizedTest
	@MethodSource("sizes")
	void isWrittenIfItIsJustAsLargeAsTheClientTakes(boolean v5, Qos qos, int remaining) {
		int packetIdBytes = (qos != Qos.AT_MOST_ONCE) ? 2 : 0;
		byte[] payload = payload(remaining - 2 - TOPIC_UTF8.length - packetIdBytes - (v5 ? 1 : 0));
		int size = 1 + varintBytes(remaining) + remaining;
		assertThat(write(v5, size, copy(qos, payload, MessageProperties.NONE))).isTrue();

		assertThat(bytes(BEFORE.length)).isEqualTo(BEFORE);
		assertThat(this.out.readableBytes()).isEqualTo(size);
		assertThat(this.out.readByte()).isEqualTo((byte) (0x30 | (qos.level() << 1)));
		assertThat(varint()).isEqualTo(remaining);
		assertThat(bytes(this.out.readUnsignedShort())).isEqualTo(TOPIC_UTF8);
		if (packetIdBytes > 0) {
			assertThat(this.out.readUnsignedShort()).isEqualTo(PACKET_ID);
		}
		if (v5) {
			assertThat(varint()).as("length of the properties").isZero();
		}
		assertThat(bytes(this.out.readableBytes())).isEqualTo(payload);
	}

	@ParameterizedTest
	@MethodSource("sizes")
	void isNotBegunIfItIsOneByteLarger(boolean v5, Qos qos, int remaining) {
		int packetIdBytes = (qos != Qos.AT_MOST_ONCE) ? 2 : 0;
		byte[] payload = payload(remaining - 2 - TOPIC_UTF8.length - packetIdBytes - (v5 ? 1 : 0));
		int size = 1 + varintBytes(remaining) + remaining;
		assertThat(write(v5, size - 1, copy(qos, payload, MessageProperties.NONE))).isFalse();
		assertThatNothingIsWritten();
	}

	/** Properties that, with 5 bytes before the value, are as long as is said. */
	private static MessageProperties properties(int length) {
		return new MessageProperties(false, null, null, null,
				List.of(new UserProperty("", "ü" + "x".repeat(length - 7))));
	}

	@ParameterizedTest
	@ValueSource(ints = { 127, 128, 16_383, 16_384 })
	void countsItsProperties(int length) {
		// a subscription identifier of 2 bytes is one of 3
		Copy copy = copy(Qos.AT_MOST_ONCE, payload(10), properties(length - 3), 128);
		int remaining = 2 + TOPIC_UTF8.length + varintBytes(length) + length + 10;
		int size = 1 + varintBytes(remaining) + remaining;
		assertThat(write(true, size - 1, copy)).isFalse();
		assertThat(this.out.readableBytes()).isEqualTo(BEFORE.length);
		assertThat(write(true, size, copy)).isTrue();

		bytes(BEFORE.length);
		assertThat(this.out.readableBytes()).isEqualTo(size);
		this.out.readByte();
		assertThat(varint()).isEqualTo(remaining);
		bytes(this.out.readUnsignedShort());
		assertThat(varint()).isEqualTo(length);
		bytes(length);
		assertThat(bytes(this.out.readableBytes())).isEqualTo(payload(10));
	}

	@ParameterizedTest
	@ValueSource(ints = { 127, 128, 16_383, 16_384 })
	void hasNoPropertiesBefore5(int length) {
		Copy copy = copy(Qos.AT_MOST_ONCE, payload(10), properties(length), 1);
		int remaining = 2 + TOPIC_UTF8.length + 10;
		assertThat(write(false, 2 + remaining, copy)).isTrue();
		assertThat(this.out.readableBytes()).isEqualTo(BEFORE.length + 2 + remaining);
	}

	/** One property alone and all together; each text has a character of two bytes. */
	static Stream<Copy> withProperties() {
		byte[] data = { 1, 2, 3 };
		List<UserProperty> user = List.of(new UserProperty("ä", "b"), new UserProperty("", "cö"));
		return Stream
			.of(new MessageProperties(true, null, null, null, List.of()),
					new MessageProperties(false, "tüxt", null, null, List.of()),
					new MessageProperties(false, null, "täpic", null, List.of()),
					new MessageProperties(false, null, null, data, List.of()),
					new MessageProperties(false, null, null, null, user),
					new MessageProperties(true, "text", "topic", data, user))
			.flatMap((properties) -> Stream.of(Qos.AT_MOST_ONCE, Qos.EXACTLY_ONCE)
				.map((qos) -> TestCopies.of(new Message(MessageId.next(0), new Topic(TOPIC), payload(10), qos, false,
						Instant.EPOCH, Priority.NORMAL, properties, null), 127, 128, 268_435_455)));
	}

	@ParameterizedTest
	@MethodSource("withProperties")
	void isAsLargeAsIsSaidBefore(Copy copy) {
		assertThat(write(true, Integer.MAX_VALUE, copy)).isTrue();
		int size = this.out.readableBytes() - BEFORE.length;
		bytes(BEFORE.length + 1);
		assertThat(varint()).as("its length").isEqualTo(this.out.readableBytes());
		assertThat(new PacketEncoder(true, size).takes(copy)).isTrue();
		assertThat(new PacketEncoder(true, size - 1).takes(copy)).isFalse();
	}

}

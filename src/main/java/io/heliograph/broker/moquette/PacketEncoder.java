package io.heliograph.broker.moquette;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.heliograph.broker.Message;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.engine.Copy;
import io.heliograph.mqtt.Qos;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Writes packets as bytes, for one version of MQTT. What waits for a channel is collected
 * in one buffer, so that it leaves in one write.
 */
final class PacketEncoder {

	private static final int PUBLISH = 0x30;

	private static final int SUBACK = 0x90;

	private static final int UNSUBACK = 0xb0;

	private static final int DISCONNECT = 0xe0;

	private static final int LARGEST_VARINT_PLUS_TYPE = 5;

	/** Type, length and what the length can say. */
	private static final long LARGEST_PACKET = 5 + 268_435_455;

	private final boolean v5;

	private final long maxPacketSize;

	/**
	 * @param v5 whether the client speaks MQTT 5
	 * @param maxPacketSize the largest packet that the client takes, in bytes
	 */
	PacketEncoder(boolean v5, long maxPacketSize) {
		this.v5 = v5;
		this.maxPacketSize = Math.min(maxPacketSize, LARGEST_PACKET);
	}

	boolean v5() {
		return this.v5;
	}

	/** Whether the client takes a PUBLISH of this size. Any thread. */
	boolean takes(Copy copy) {
		return fits(remaining(copy, propertiesLength(copy)));
	}

	/**
	 * Writes a PUBLISH; returns false, and writes nothing, if the client does not take
	 * one of this size.
	 * @param packetId 0 for QoS 0
	 */
	boolean publish(ByteBuf out, Copy copy, int packetId, boolean duplicate, Instant now) {
		int propertiesLength = propertiesLength(copy);
		int remaining = remaining(copy, propertiesLength);
		if (!fits(remaining)) {
			return false;
		}
		byte[] topic = copy.shared().topicUtf8();
		out.ensureWritable(LARGEST_VARINT_PLUS_TYPE + remaining);
		out.writeByte(PUBLISH | (duplicate ? 8 : 0) | (copy.qos().level() << 1) | (copy.retain() ? 1 : 0));
		writeVarint(out, remaining);
		out.writeShort(topic.length).writeBytes(topic);
		if (packetId != 0) {
			out.writeShort(packetId);
		}
		if (this.v5) {
			writeVarint(out, propertiesLength);
			writeProperties(out, copy, now);
		}
		out.writeBytes(copy.shared().message().payload());
		return true;
	}

	private int remaining(Copy copy, int propertiesLength) {
		return 2 + copy.shared().topicUtf8().length + ((copy.qos() != Qos.AT_MOST_ONCE) ? 2 : 0)
				+ (this.v5 ? varintLength(propertiesLength) + propertiesLength : 0)
				+ copy.shared().message().payload().length;
	}

	/** How many bytes {@link #writeProperties} writes; 0 before MQTT 5. */
	private int propertiesLength(Copy copy) {
		if (!this.v5) {
			return 0;
		}
		int length = copy.shared().propertiesLength() + ((copy.shared().message().expiresAt() != null) ? 5 : 0);
		for (int id : copy.subscriptionIds()) {
			length += 1 + varintLength(id);
		}
		return length;
	}

	private static void writeProperties(ByteBuf buffer, Copy copy, Instant now) {
		MessageProperties properties = copy.shared().message().properties();
		if (properties.utf8()) {
			buffer.writeByte(Property.PAYLOAD_FORMAT_INDICATOR).writeByte(1);
		}
		Instant expiresAt = copy.shared().message().expiresAt();
		if (expiresAt != null) {
			long seconds = Math.max(0, Duration.between(now, expiresAt).plusMillis(999).toSeconds());
			buffer.writeByte(Property.MESSAGE_EXPIRY_INTERVAL).writeInt((int) Math.min(seconds, 0xffff_ffffL));
		}
		if (properties.contentType() != null) {
			writeString(buffer.writeByte(Property.CONTENT_TYPE), properties.contentType());
		}
		if (properties.responseTopic() != null) {
			writeString(buffer.writeByte(Property.RESPONSE_TOPIC), properties.responseTopic());
		}
		if (properties.correlationData() != null) {
			byte[] data = properties.correlationData();
			buffer.writeByte(Property.CORRELATION_DATA).writeShort(data.length).writeBytes(data);
		}
		for (MessageProperties.UserProperty property : properties.userProperties()) {
			writeString(buffer.writeByte(Property.USER_PROPERTY), property.name());
			writeString(buffer, property.value());
		}
		for (int id : copy.subscriptionIds()) {
			writeVarint(buffer.writeByte(Property.SUBSCRIPTION_IDENTIFIER), id);
		}
	}

	/** Writes PUBACK, PUBREC, PUBREL or PUBCOMP. */
	void acknowledgement(ByteBuf out, Acknowledgement type, int packetId, int reasonCode) {
		boolean withReason = this.v5 && reasonCode != 0;
		out.writeByte(type.firstByte()).writeByte(withReason ? 3 : 2).writeShort(packetId);
		if (withReason) {
			out.writeByte(reasonCode);
		}
	}

	/** Writes a SUBACK; returns false, and writes nothing, if it is too large. */
	boolean subscribeAcknowledgement(ByteBuf out, int packetId, List<Integer> reasonCodes) {
		int remaining = 2 + (this.v5 ? 1 : 0) + reasonCodes.size();
		if (!fits(remaining)) {
			return false;
		}
		out.writeByte(SUBACK);
		writeVarint(out, remaining);
		out.writeShort(packetId);
		if (this.v5) {
			out.writeByte(0);
		}
		reasonCodes.forEach((code) -> out.writeByte((code >= 0x80 && !this.v5) ? 0x80 : code));
		return true;
	}

	/** Writes an UNSUBACK; returns false, and writes nothing, if it is too large. */
	boolean unsubscribeAcknowledgement(ByteBuf out, int packetId, List<Integer> reasonCodes) {
		int remaining = this.v5 ? 3 + reasonCodes.size() : 2;
		if (!fits(remaining)) {
			return false;
		}
		out.writeByte(UNSUBACK);
		writeVarint(out, remaining);
		out.writeShort(packetId);
		if (this.v5) {
			out.writeByte(0);
			reasonCodes.forEach(out::writeByte);
		}
		return true;
	}

	/** Whether the client takes a packet of this remaining length. */
	private boolean fits(int remaining) {
		return remaining + 1L + varintLength(remaining) <= this.maxPacketSize;
	}

	/** Writes a DISCONNECT, which before MQTT 5 a server cannot send. */
	void disconnect(ByteBuf out, int reasonCode) {
		if (this.v5) {
			out.writeByte(DISCONNECT).writeByte(2).writeByte(reasonCode).writeByte(0);
		}
	}

	private static void writeString(ByteBuf out, String text) {
		out.writeShort(ByteBufUtil.utf8Bytes(text));
		out.writeCharSequence(text, StandardCharsets.UTF_8);
	}

	private static void writeVarint(ByteBuf out, int value) {
		int rest = value;
		while (rest > 0x7f) {
			out.writeByte((rest & 0x7f) | 0x80);
			rest >>>= 7;
		}
		out.writeByte(rest);
	}

	private static int varintLength(int value) {
		return (value < 0x80) ? 1 : (value < 0x4000) ? 2 : (value < 0x20_0000) ? 3 : 4;
	}

	/** The packets that consist of a packet id and, in MQTT 5, a reason code. */
	enum Acknowledgement {

		PUBACK(0x40), PUBREC(0x50), PUBREL(0x62), PUBCOMP(0x70);

		private final int firstByte;

		Acknowledgement(int firstByte) {
			this.firstByte = firstByte;
		}

		int firstByte() {
			return this.firstByte;
		}

	}

}

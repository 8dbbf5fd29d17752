package io.heliograph.broker.rows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.MessageProperties.UserProperty;
import io.heliograph.broker.Priority;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/** Messages in {@link Families#MESSAGE} and {@link Families#RETAINED}. */
public final class MessageRow {

	private static final int RETAIN = 0x04;

	private static final int HIGH = 0x08;

	private static final int UTF8 = 0x10;

	private MessageRow() {
	}

	/** The key in {@link Families#MESSAGE}: ids that are made later come later. */
	public static byte[] key(MessageId id) {
		return writeId(new RowWriter(16), id).toBytes();
	}

	/** The first key of an id that is made at this time. */
	public static byte[] firstKey(Instant time) {
		return new RowWriter(16).number64(time.toEpochMilli() << 16).number64(0).toBytes();
	}

	/** The key in {@link Families#RETAINED}. */
	public static byte[] retainedKey(Topic topic) {
		return topic.name().getBytes(StandardCharsets.UTF_8);
	}

	public static byte[] value(Message message) {
		return write(new RowWriter(message.payload().length + 64), message).toBytes();
	}

	public static Message read(byte[] value) {
		return read(new RowReader(value));
	}

	static RowWriter writeId(RowWriter row, MessageId id) {
		return row.number64(id.value().getMostSignificantBits()).number64(id.value().getLeastSignificantBits());
	}

	static MessageId readId(RowReader row) {
		return new MessageId(new UUID(row.number64(), row.number64()));
	}

	static RowWriter write(RowWriter row, Message message) {
		MessageProperties properties = message.properties();
		int flags = message.qos().level() | (message.retain() ? RETAIN : 0)
				| ((message.priority() == Priority.HIGH) ? HIGH : 0) | (properties.utf8() ? UTF8 : 0);
		row.number8(flags);
		writeId(row, message.id());
		row.text(message.topic().name()).bytes(message.payload()).optionalInstant(message.expiresAt());
		row.optionalText((message.publisher() != null) ? message.publisher().value() : null);
		writeProperties(row, properties);
		return row;
	}

	static Message read(RowReader row) {
		int flags = row.number8();
		MessageId id = readId(row);
		Topic topic = new Topic(row.text());
		byte[] payload = row.bytes();
		Instant expiresAt = row.optionalInstant();
		String publisher = row.optionalText();
		return new Message(id, topic, payload, qos(flags), (flags & RETAIN) != 0, expiresAt,
				((flags & HIGH) != 0) ? Priority.HIGH : Priority.NORMAL, readProperties(row, (flags & UTF8) != 0),
				client(publisher));
	}

	private static @Nullable ClientId client(@Nullable String id) {
		return (id != null) ? new ClientId(id) : null;
	}

	static Qos qos(int flags) {
		if ((flags & 3) == 3) {
			throw new DamagedRow("there is no QoS 3");
		}
		return Qos.of(flags & 3);
	}

	/** All but whether the payload is UTF-8. */
	static void writeProperties(RowWriter row, MessageProperties properties) {
		row.optionalText(properties.contentType())
			.optionalText(properties.responseTopic())
			.optionalBytes(properties.correlationData())
			.number(properties.userProperties().size());
		properties.userProperties().forEach((property) -> row.text(property.name()).text(property.value()));
	}

	static MessageProperties readProperties(RowReader row, boolean utf8) {
		String contentType = row.optionalText();
		String responseTopic = row.optionalText();
		byte[] correlationData = row.optionalBytes();
		List<UserProperty> userProperties = new ArrayList<>();
		for (long left = row.number(); left > 0; left--) {
			userProperties.add(new UserProperty(row.text(), row.text()));
		}
		if (!utf8 && contentType == null && responseTopic == null && correlationData == null
				&& userProperties.isEmpty()) {
			return MessageProperties.NONE;
		}
		return new MessageProperties(utf8, contentType, responseTopic, correlationData, userProperties);
	}

}

package io.heliograph.broker.rows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

import io.heliograph.account.Login;
import io.heliograph.account.MqttClient;
import io.heliograph.broker.Will;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A session that outlives its connection, as it stands in {@link Families#SESSION}.
 *
 * @param number what its rows in other families begin with
 * @param client who was connected to it last
 * @param expirySeconds how long it outlives the connection
 * @param disconnectedAt when its connection ended, or null while it has one
 * @param ahead how many of each lane of its queue, from the first one on, may be sent in
 * the connection that it has; 0 if it has none
 * @param sentBefore how far its queue was sent before that
 * @param will what is published if it is not taken up again in time, or null
 */
public record SessionRow(long number, MqttClient client, long expirySeconds, @Nullable Instant disconnectedAt,
		int ahead, SentBefore sentBefore, @Nullable Will will) {

	private static final int RETAIN = 0x04;

	private static final int UTF8 = 0x08;

	public byte[] key() {
		return ClientRow.key(this.client.id());
	}

	public byte[] value() {
		RowWriter row = new RowWriter(64).number(this.number)
			.bytes(this.client.address().getAddress())
			.number(this.expirySeconds)
			.optionalInstant(this.disconnectedAt)
			.number(this.ahead);
		this.sentBefore.write(row);
		Login login = this.client.login();
		row.flag(login != null);
		if (login != null) {
			row.number(login.userId()).text(login.userName()).number(login.passwordId());
		}
		row.flag(this.will != null);
		if (this.will != null) {
			write(row, this.will);
		}
		return row.toBytes();
	}

	private static void write(RowWriter row, Will will) {
		row.number8(will.qos().level() | (will.retain() ? RETAIN : 0) | (will.properties().utf8() ? UTF8 : 0))
			.text(will.topic().name())
			.bytes(will.payload())
			.number(will.delaySeconds())
			.optionalNumber(will.expirySeconds());
		MessageRow.writeProperties(row, will.properties());
	}

	public static SessionRow read(byte[] key, byte[] value) {
		RowReader row = new RowReader(value);
		long number = row.number();
		InetAddress address = address(row.bytes());
		long expirySeconds = row.number();
		Instant disconnectedAt = row.optionalInstant();
		int ahead = (int) row.number();
		SentBefore sentBefore = SentBefore.read(row);
		Login login = row.flag() ? new Login(row.number(), row.text(), row.number()) : null;
		ClientId id = ClientRow.ofKey(key);
		return new SessionRow(number, new MqttClient(login, id, address), expirySeconds, disconnectedAt, ahead,
				sentBefore, row.flag() ? will(row) : null);
	}

	private static Will will(RowReader row) {
		int flags = row.number8();
		Topic topic = new Topic(row.text());
		byte[] payload = row.bytes();
		long delaySeconds = row.number();
		Long expirySeconds = row.optionalNumber();
		return new Will(topic, payload, MessageRow.qos(flags), (flags & RETAIN) != 0,
				MessageRow.readProperties(row, (flags & UTF8) != 0), delaySeconds, expirySeconds);
	}

	private static InetAddress address(byte[] bytes) {
		try {
			return InetAddress.getByAddress(bytes);
		}
		catch (UnknownHostException ex) {
			throw new DamagedRow("an address has " + bytes.length + " bytes");
		}
	}

}

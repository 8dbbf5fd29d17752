package io.heliograph.broker.rows;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.OnceKey;
import io.heliograph.mqtt.ClientId;

/**
 * A notification, as it stands in {@link Families#NOTIFICATION}.
 *
 * @param notification what was published
 * @param acceptedAt when
 * @param state how far it is
 */
public record NotificationRow(Notification notification, Instant acceptedAt, State state) {

	private static final int SCHEDULED = 0x01;

	private static final int ONLY = 0x02;

	private static final int HOLD = 0x04;

	private static final int CANCELLED = 0x08;

	private static final int WITHDRAWN = 0x10;

	public byte[] value() {
		Notification it = this.notification;
		RowWriter row = new RowWriter(it.message().payload().length + it.attachment().length + 96);
		int flags = switch (this.state) {
			case SCHEDULED -> SCHEDULED;
			case CANCELLED -> CANCELLED;
			case WITHDRAWN -> WITHDRAWN;
			case ROUTED -> 0;
		};
		if (it.audience() instanceof Audience.Only only) {
			row.number8(flags | ONLY | (only.hold() ? HOLD : 0)).number(only.clients().size());
			only.clients().forEach((client) -> row.text(client.value()));
		}
		else {
			row.number8(flags);
		}
		row.instant(this.acceptedAt)
			.text(it.origin())
			.optionalInstant(it.notBefore())
			.optionalText(it.collapseKey())
			.bytes(it.attachment());
		OnceKey once = it.once();
		row.flag(once != null);
		if (once != null) {
			row.text(once.caller()).text(once.key()).bytes(once.fingerprint()).instant(once.expiresAt());
		}
		return MessageRow.write(row, it.message()).toBytes();
	}

	public static NotificationRow read(byte[] value) {
		RowReader row = new RowReader(value);
		int flags = row.number8();
		Audience audience = ((flags & ONLY) != 0) ? only(row, (flags & HOLD) != 0) : Audience.SUBSCRIBERS;
		Instant acceptedAt = row.instant();
		String origin = row.text();
		Instant notBefore = row.optionalInstant();
		String collapseKey = row.optionalText();
		byte[] attachment = row.bytes();
		OnceKey once = row.flag() ? new OnceKey(row.text(), row.text(), row.bytes(), row.instant()) : null;
		Message message = MessageRow.read(row);
		return new NotificationRow(
				new Notification(message, audience, origin, once, notBefore, collapseKey, attachment), acceptedAt,
				state(flags));
	}

	private static State state(int flags) {
		if ((flags & SCHEDULED) != 0) {
			return State.SCHEDULED;
		}
		if ((flags & WITHDRAWN) != 0) {
			return State.WITHDRAWN;
		}
		return ((flags & CANCELLED) != 0) ? State.CANCELLED : State.ROUTED;
	}

	/** The same, further on. */
	public NotificationRow with(State state) {
		return new NotificationRow(this.notification, this.acceptedAt, state);
	}

	private static Audience only(RowReader row, boolean hold) {
		Set<ClientId> clients = new LinkedHashSet<>();
		for (long left = row.number(); left > 0; left--) {
			clients.add(new ClientId(row.text()));
		}
		return new Audience.Only(clients, hold);
	}

}

package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.broker.Message;
import io.heliograph.broker.Queued;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Store;
import org.jspecify.annotations.Nullable;

/** Shows what is in the queues. Any thread. */
final class QueuedCopies {

	private final Store store;

	QueuedCopies(Store store) {
		this.store = store;
	}

	/**
	 * Returns the copies of a session in the order of delivery; those that are not stored
	 * come last.
	 */
	List<Queued> of(Session session) {
		List<Queued> views = new ArrayList<>();
		StoredQueue queue = session.queue;
		if (queue != null) {
			this.store.forEach(Families.QUEUE, QueuePlace.ofSession(queue.session()), (key, value) -> {
				QueuePlace place = QueuePlace.ofKey(key);
				QueuedRow row = QueuedRow.read(value);
				Message message = message(row);
				if (message != null) {
					views.add(new Queued(row.id(), message.topic(), row.qos(), session.outbound.isSent(place)));
				}
			});
		}
		for (Copy copy : session.outbound.copies()) {
			if (!copy.stored) {
				views.add(new Queued(copy.shared.message().id(), copy.shared.message().topic(), copy.qos,
						session.outbound.isSent(copy)));
			}
		}
		return views;
	}

	/** It may be gone with its last copy meanwhile. */
	private @Nullable Message message(QueuedRow row) {
		if (row.message() != null) {
			return row.message();
		}
		boolean ofNotification = row.number() != null;
		byte[] value = this.store.get(ofNotification ? Families.NOTIFICATION : Families.MESSAGE,
				MessageRow.key(row.id()));
		if (value == null) {
			return null;
		}
		return ofNotification ? NotificationRow.read(value).notification().message() : MessageRow.read(value);
	}

}

package io.heliograph.broker.engine;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.AllRows;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;

/** Looks at the queue of a session. */
final class QueueAudit {

	private final StoredQueue queue;

	private final Map<QueuePlace, QueuedRow> copies;

	private final AllRows rows;

	private final EngineAudit.Found found;

	QueueAudit(StoredQueue queue, AllRows rows, EngineAudit.Found found) {
		this.queue = queue;
		this.copies = rows.queue(queue.session());
		this.rows = rows;
		this.found = found;
	}

	static Map<Priority, QueueLane> lanes(StoredQueue queue) {
		return Inside.map(queue, "lanes");
	}

	/** How much there is in the rows of a queue, by its own counts. */
	static void size(Object queue, Map<QueuePlace, QueuedRow> copies, String of, EngineAudit.Found found) {
		found.same(Inside.number(queue, "rows", "size"), (long) copies.size(), "copies" + of);
		found.same(Inside.number(queue, "rows", "bytes"), copies.values().stream().mapToLong(QueuedRow::size).sum(),
				"bytes" + of);
		found.same(Inside.number(queue, "rows", "holding"), copies.values().stream().filter(QueuedRow::hold).count(),
				"copies that are held again" + of);
	}

	void run() {
		String of = " of " + this.rows.owner(this.queue.session());
		size(this.queue, this.copies, of, this.found);
		Set<QueuePlace> released = new HashSet<>(this.rows.released);
		released.removeIf((place) -> place.session() != this.queue.session());
		this.found.same(Inside.map(this.queue, "received").keySet(), released, "what is to be released" + of);
		long ahead = Inside.number(this.queue, "ahead");
		long window = Inside.number(this.queue, "window");
		lanes(this.queue).forEach((priority, lane) -> {
			lane(priority, lane, of + " " + priority);
			boolean stuck = ahead > 0 && lane.isLow((int) ahead, (int) window);
			this.found.check(!stuck, "what is not handed over" + of, lane.handed.keySet());
		});
	}

	private void lane(Priority priority, QueueLane lane, String of) {
		Set<Long> behind = new HashSet<>();
		for (QueuePlace place : this.copies.keySet()) {
			long sequence = place.sequence();
			if (place.priority() != priority) {
				continue;
			}
			this.found.check(sequence < lane.next, "a number that comes again" + of, place);
			boolean handed = lane.handed.containsKey(sequence);
			this.found.check(handed || sequence >= lane.loadFrom, "a copy that is never handed over" + of, place);
			this.found.check(handed || !lane.complete, "a copy that is forgotten" + of, place);
			behind.add(sequence);
		}
		this.found.check(behind.containsAll(lane.handed.keySet()), "what is handed over and not there" + of,
				lane.handed.keySet());
		this.found.same(lane.handedBytes, lane.handed.values().stream().mapToLong(Integer::longValue).sum(),
				"bytes that are handed over" + of);
	}

}

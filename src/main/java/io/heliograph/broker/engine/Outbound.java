package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.heliograph.broker.Message;
import io.heliograph.broker.Queued;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The outbound half of a session: what waits, what is in the window, and the handshakes
 * of QoS 1 and 2. Thread-safe by its own monitor; never calls out while holding it but to
 * the {@link PacketWriter} and the decision that the caller gave.
 */
final class Outbound {

	/**
	 * How many copies a pump drops before the others of the event loop have their turn:
	 * to see that one is too large takes as long as to write it.
	 */
	private static final int MAX_DROPPED = 100;

	private final Drops drops;

	private final Clock clock;

	private final WaitingCopies waiting;

	private final Window window = new Window();

	private long lastSequence = -1;

	private volatile @Nullable Link link;

	private volatile boolean ended;

	/**
	 * @param maxQueued how many copies may wait, 0 for no limit
	 */
	Outbound(int maxQueued, Drops drops, Clock clock) {
		this.waiting = new WaitingCopies(maxQueued);
		this.drops = drops;
		this.clock = clock;
	}

	/** The connection of the moment, or null. */
	@Nullable Link link() {
		return this.link;
	}

	/** Whether the session has ended. */
	boolean ended() {
		return this.ended;
	}

	/**
	 * Queues a copy; returns null, or why it cannot be delivered, which is not counted.
	 */
	@Nullable Drop offer(Copy copy) {
		synchronized (this) {
			Drop drop = refusal(copy);
			if (drop != null) {
				return drop;
			}
			if (copy.qos != Qos.AT_MOST_ONCE) {
				copy.sequence = ++this.lastSequence;
			}
			this.waiting.add(copy);
		}
		wake();
		return null;
	}

	/** What waits may be written now. */
	void wake() {
		Link link = this.link;
		if (link != null) {
			link.wake();
		}
	}

	private @Nullable Drop refusal(Copy copy) {
		if (this.ended) {
			return Drop.SESSION_ENDED;
		}
		if (copy.qos == Qos.AT_MOST_ONCE && this.link == null) {
			return Drop.OFFLINE;
		}
		if (this.waiting.isFullFor(copy)) {
			this.drops.count(Drop.EXPIRED, this.waiting.makeRoomFor(copy, this.clock.instant()));
		}
		return this.waiting.isFullFor(copy) ? Drop.QUEUE_FULL : null;
	}

	/** Drops what waits and is of no use any more. */
	synchronized void dropExpired(Instant now) {
		this.drops.count(Drop.EXPIRED, this.waiting.removeExpired(now));
	}

	/**
	 * A connection begins, in the place of the one before: what is unacknowledged comes
	 * first and again.
	 * @param receiveMaximum how many copies may be unacknowledged in it at once
	 */
	synchronized void attach(Link link, int receiveMaximum) {
		this.link = link;
		this.window.open(receiveMaximum);
	}

	/** The connection ended: copies of QoS 0 are lost with it. */
	synchronized void detach() {
		this.link = null;
		this.drops.count(Drop.OFFLINE, this.waiting.removeQos0());
	}

	/**
	 * Writes what may be written now, window permitting; nothing if the connection is not
	 * the one of the moment.
	 * @param readable whether the session's client may read a topic at this moment
	 */
	synchronized Turn pump(Link from, PacketWriter writer, Instant now, Predicate<SharedMessage> readable) {
		if (from != this.link) {
			return Turn.DONE;
		}
		int dropped = 0;
		while (true) {
			Copy again = this.window.nextToResend();
			Copy copy = (again != null) ? again : this.waiting.next();
			if (copy == null || !this.window.hasRoomFor(copy)) {
				return Turn.DONE;
			}
			if (writer.full() || dropped == MAX_DROPPED) {
				return Turn.MORE;
			}
			Drop why = (again != null) ? resend(copy, writer, readable) : send(copy, writer, now, readable);
			if (why == null) {
				this.window.written(copy);
			}
			else {
				this.window.remove(copy);
				dropped++;
			}
			if (again == null) {
				// last: it is lost nowhere if what comes before fails
				this.waiting.remove();
			}
			if (why != null && why != Drop.EXPIRED && copy.group != null) {
				// alone: to find another for it may take long
				return new Turn(true, copy, why);
			}
			if (why != null) {
				this.drops.count(why);
			}
		}
	}

	/**
	 * Once delivery has begun, expiry does not end it any more. Returns null if anything
	 * was written, else why not.
	 */
	private @Nullable Drop resend(Copy copy, PacketWriter writer, Predicate<SharedMessage> readable) {
		int packetId = copy.packetId();
		if (!copy.received) {
			boolean allowed = readable.test(copy.shared);
			if (allowed && writer.publish(copy, packetId, true)) {
				return null;
			}
			Drop why = allowed ? Drop.TOO_LARGE : Drop.DENIED;
			if (copy.qos == Qos.AT_LEAST_ONCE) {
				return why;
			}
			// another of its group might get it a second time
			this.drops.count(why);
			// the device may hold the packet id from before: only PUBREL frees it there
			this.window.received(copy);
		}
		writer.release(packetId);
		return null;
	}

	/** Returns null if it was written, else why not. */
	private @Nullable Drop send(Copy copy, PacketWriter writer, Instant now, Predicate<SharedMessage> readable) {
		if (copy.shared.expired(now)) {
			return Drop.EXPIRED;
		}
		if (!readable.test(copy.shared)) {
			return Drop.DENIED;
		}
		int packetId = (copy.qos == Qos.AT_MOST_ONCE) ? 0 : copy.packetId();
		return writer.publish(copy, packetId, false) ? null : Drop.TOO_LARGE;
	}

	/**
	 * PUBACK.
	 * @param refused whether its reason code says that the device does not take the
	 * message
	 * @return whether something waits for the place that gets free
	 */
	synchronized boolean acknowledged(Link from, int packetId, boolean refused) {
		Copy copy = find(from, packetId, Qos.AT_LEAST_ONCE);
		if (copy == null) {
			return false;
		}
		if (refused) {
			this.drops.count(Drop.REFUSED);
		}
		this.window.remove(copy);
		return hasMore();
	}

	/**
	 * PUBREC.
	 * @param refused whether its reason code says that the device does not take the
	 * message
	 * @return whether the packet id is one of ours, so that PUBREL is due
	 */
	synchronized boolean received(Link from, int packetId, boolean refused) {
		Copy copy = find(from, packetId, Qos.EXACTLY_ONCE);
		if (copy == null) {
			return false;
		}
		if (refused) {
			if (!copy.received) {
				this.drops.count(Drop.REFUSED);
			}
			this.window.remove(copy);
			return false;
		}
		this.window.received(copy);
		return true;
	}

	/** PUBCOMP; returns whether something waits for the place that gets free. */
	synchronized boolean completed(Link from, int packetId) {
		Copy copy = find(from, packetId, Qos.EXACTLY_ONCE);
		if (copy == null || !copy.received) {
			return false;
		}
		this.window.remove(copy);
		return hasMore();
	}

	/** What the connection of the moment was sent with that packet id, or null. */
	private @Nullable Copy find(Link from, int packetId, Qos qos) {
		return (from == this.link) ? this.window.find(packetId, qos) : null;
	}

	private boolean hasMore() {
		return this.window.nextToResend() != null || this.waiting.next() != null;
	}

	/**
	 * The session ends. What only PUBREL was due for was delivered, or is counted
	 * already; QoS 2 whose delivery has begun goes nowhere.
	 * @return what others of a group may have in its place, in order; the rest is counted
	 */
	synchronized List<Copy> end() {
		this.ended = true;
		this.link = null;
		this.window.removeReceived();
		int size = size();
		List<Copy> left = new ArrayList<>();
		this.window.forEach(left::add);
		left.removeIf((copy) -> copy.qos == Qos.EXACTLY_ONCE);
		this.waiting.forEach(left::add);
		left.removeIf((copy) -> copy.group == null || copy.qos == Qos.AT_MOST_ONCE);
		this.drops.count(Drop.SESSION_ENDED, size - left.size());
		this.waiting.clear();
		this.window.clear();
		return left;
	}

	synchronized int size() {
		return this.window.size() + this.waiting.size();
	}

	/** What is unacknowledged, then what waits, in the order of delivery. */
	synchronized List<Queued> view() {
		List<Queued> view = new ArrayList<>(this.window.size() + this.waiting.size());
		this.window.forEach((copy) -> view.add(view(copy, true)));
		this.waiting.forEach((copy) -> view.add(view(copy, false)));
		return view;
	}

	private static Queued view(Copy copy, boolean sent) {
		Message message = copy.shared.message();
		return new Queued(message.id(), message.topic(), copy.qos, sent);
	}

	/**
	 * What became of a turn to write.
	 *
	 * @param more whether the writer was full before all was written, or so much was
	 * dropped that it is the turn of others
	 * @param undeliverable a copy for one of a group that this one cannot deliver, which
	 * is the caller's from here on, or null
	 * @param why what is to be counted if no other of the group can have it
	 */
	record Turn(boolean more, @Nullable Copy undeliverable, @Nullable Drop why) {

		private static final Turn DONE = new Turn(false, null, null);

		private static final Turn MORE = new Turn(true, null, null);

	}

}

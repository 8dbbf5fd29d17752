package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.heliograph.account.Decision;
import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.SentBefore;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/**
 * The outbound half of a session: what waits, what is in the window, and the handshakes
 * of QoS 1 and 2. Of a session that is stored it holds, while it is connected, the first
 * of its queue. Thread-safe by its own monitor; never calls out while holding it but to
 * the {@link PacketWriter}, the {@link OutboundExit} and the decision that the caller
 * gave.
 */
final class Outbound {

	/**
	 * How many copies a pump drops before the others of the event loop have their turn:
	 * to see that one is too large takes as long as to write it.
	 */
	private static final int MAX_DROPPED = 100;

	private final SessionSettings settings;

	private final Drops drops;

	private final Clock clock;

	private final OutboundExit exit;

	private final WaitingCopies waiting;

	private final Window window = new Window();

	private final RoomWatch room = new RoomWatch();

	/** The next number of each priority, for copies that are not stored. */
	private final Map<Priority, Long> nextSequence = new EnumMap<>(Priority.class);

	/** The same for those of QoS 0. */
	private long nextQos0;

	private final SentMarks marks = new SentMarks();

	/** What left the queue on its way here. */
	private final Set<QueuePlace> revoked = new HashSet<>(0);

	/** What left from here and is in the queue still. */
	private final Set<Copy> leaving = Collections.newSetFromMap(new IdentityHashMap<>(0));

	/** Grows with each connection, and with its end. */
	private int epoch;

	private volatile @Nullable Link link;

	private volatile boolean ended;

	/**
	 * @param exit takes what leaves
	 */
	Outbound(SessionSettings settings, Drops drops, Clock clock, OutboundExit exit) {
		this.settings = settings;
		this.waiting = new WaitingCopies(settings, this::windowPlaces);
		this.drops = drops;
		this.clock = clock;
		this.exit = exit;
	}

	/** The connection of the moment, or null. */
	@Nullable Link link() {
		return this.link;
	}

	/** That of the connection of the moment, or of its end. Any thread. */
	synchronized int epoch() {
		return this.epoch;
	}

	/** Whether the session has ended. */
	boolean ended() {
		return this.ended;
	}

	/** Who is told when there is room for one copy more. */
	RoomWatch room() {
		return this.room;
	}

	/** How many copies more would be sent at once, as far as the client says. */
	synchronized int freePlaces() {
		return Math.max(0, windowPlaces() - this.waiting.size());
	}

	private int windowPlaces() {
		return (this.link != null) ? this.window.free() : 0;
	}

	/**
	 * Queues a copy that is not stored; returns null, or why it cannot be delivered,
	 * which is not counted.
	 */
	@Nullable Drop offer(Copy copy) {
		synchronized (this) {
			Drop drop = refusal(copy);
			if (drop != null) {
				return drop;
			}
			copy.sequence = (copy.qos != Qos.AT_MOST_ONCE) ? this.nextSequence.merge(copy.priority(), 1L, Long::sum) - 1
					: this.nextQos0++;
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

	/**
	 * A copy is of no concern here any more, and leaves room; if it is stored, once it is
	 * not in the queue.
	 */
	private void gone(Copy copy, @Nullable Drop why) {
		if (copy.stored) {
			this.leaving.add(copy);
		}
		this.exit.left(copy, why);
		if (!copy.stored) {
			this.room.freed();
		}
	}

	/** What left from here is not in the queue any more. */
	synchronized void removed(Copy copy) {
		this.leaving.remove(copy);
	}

	private @Nullable Drop refusal(Copy copy) {
		if (this.ended) {
			return Drop.SESSION_ENDED;
		}
		if (copy.qos == Qos.AT_MOST_ONCE && this.link == null) {
			return Drop.OFFLINE;
		}
		if (copy.loan != null) {
			// it has its place in the queue of the group
			return null;
		}
		if (this.waiting.isFullFor(copy)) {
			this.waiting.makeRoomFor(copy, this.clock.instant(), (expired) -> gone(expired, Drop.EXPIRED));
		}
		boolean full = this.waiting.isFullFor(copy);
		boolean oldestGoes = full && copy.qos != Qos.AT_MOST_ONCE
				&& this.settings.oldestMakesRoom(() -> 0, copy.size());
		if (full) {
			this.exit.full(this.waiting.limit(copy), oldestGoes);
		}
		if (oldestGoes) {
			for (Copy oldest = this.waiting.removeOldest(); oldest != null; oldest = this.waiting.removeOldest()) {
				gone(oldest, Drop.QUEUE_FULL);
				if (!this.waiting.isFullFor(copy)) {
					return null;
				}
			}
		}
		return full ? Drop.QUEUE_FULL : null;
	}

	/**
	 * Adds a copy of the queue, which comes behind those that were added before.
	 * @param epoch that of the connection that it is for: if it is another's turn by now,
	 * nothing is done
	 */
	void deliver(int epoch, Copy copy) {
		synchronized (this) {
			if (epoch != this.epoch || this.link == null || isRevoked(copy)) {
				return;
			}
			this.marks.markSent(copy);
			this.waiting.add(copy);
		}
		wake();
	}

	private boolean isRevoked(Copy copy) {
		return !this.revoked.isEmpty() && this.revoked.removeIf(copy::isAt);
	}

	/**
	 * What is at a place in the queue is not to be sent, if it is not sent already.
	 * @return false if it is
	 */
	synchronized boolean revoke(QueuePlace place) {
		if (this.window.holds(place) || this.leaving.stream().anyMatch((copy) -> copy.isAt(place))) {
			return false;
		}
		if (this.waiting.removeIf((copy) -> copy.isAt(place)) == 0) {
			this.revoked.add(place);
		}
		return true;
	}

	/**
	 * A delivery that is not stored is not to be sent, if it is not sent already.
	 * @return false if it is, or is not here
	 */
	synchronized boolean revoke(DeliveryKey delivery) {
		return revoke((copy) -> !copy.stored && delivery.equals(copy.delivery));
	}

	/**
	 * A copy that was lent is not to be sent, if it is not sent already.
	 * @return false if it is
	 */
	synchronized boolean revoke(Loan loan) {
		return revoke((copy) -> loan.equals(copy.loan));
	}

	/**
	 * Takes back what is not stored, was held before, matches no subscription any more
	 * and is not sent.
	 * @param matches whether a subscription matches a topic
	 */
	synchronized List<Copy> takeHeldBack(Predicate<Topic> matches) {
		List<Copy> back = new ArrayList<>(0);
		revoke((copy) -> {
			boolean leaves = copy.hold && !copy.stored && !copy.sent && !matches.test(copy.shared.message().topic());
			return leaves && back.add(copy);
		});
		return back;
	}

	private boolean revoke(Predicate<Copy> which) {
		boolean revoked = this.waiting.removeIf(which) > 0;
		if (revoked) {
			this.room.freed();
		}
		return revoked;
	}

	/** Whether what is at a place in the queue was sent, or may have been. */
	synchronized boolean wasSent(QueuePlace place) {
		return this.marks.wasSent(place);
	}

	/** How far the queue was sent, or may have been. */
	synchronized SentBefore sentBefore() {
		return this.marks.before();
	}

	/** The copies before these numbers may have been sent by a process that has ended. */
	synchronized void recovered(Map<Priority, Long> before) {
		this.marks.recovered(before);
	}

	/** Drops what waits and is of no use any more. */
	synchronized void dropExpired(Instant now) {
		this.waiting.removeExpired(now, (expired) -> gone(expired, Drop.EXPIRED));
	}

	/**
	 * A connection begins, in the place of the one before.
	 * @param receiveMaximum how many copies may be unacknowledged in it at once
	 * @return its epoch
	 */
	synchronized int attach(Link link, int receiveMaximum) {
		this.link = link;
		this.window.open(receiveMaximum);
		return nextEpoch();
	}

	private int nextEpoch() {
		this.waiting.removeIf((copy) -> copy.stored);
		this.window.removeStored();
		this.revoked.clear();
		return ++this.epoch;
	}

	/**
	 * The connection ended: copies of QoS 0 are lost with it, those that are stored come
	 * again from there.
	 * @return how many were sent and not acknowledged
	 */
	synchronized int detach() {
		int unacknowledged = this.window.size();
		this.link = null;
		this.waiting.takeQos0().forEach((copy) -> gone(copy, Drop.OFFLINE));
		nextEpoch();
		return unacknowledged;
	}

	/**
	 * Writes what may be written now, window permitting; nothing if the connection is not
	 * the one of the moment.
	 * @param rules decides whether the session's client may read a message at this moment
	 * @return whether there is more: the writer was full, or so much was dropped that it
	 * is the turn of others
	 */
	synchronized boolean pump(Link from, PacketWriter writer, Instant now, Function<SharedMessage, Decision> rules) {
		if (from != this.link) {
			return false;
		}
		int dropped = 0;
		while (true) {
			Copy copy = this.waiting.next();
			if (copy == null || !this.window.hasRoomFor(copy)) {
				return false;
			}
			if (writer.full() || dropped == MAX_DROPPED) {
				return true;
			}
			Drop why = send(copy, writer, now, rules);
			if (why == null) {
				written(copy);
			}
			// last: it is lost nowhere if what comes before fails
			this.waiting.remove();
			if (why != null) {
				dropped++;
				gone(copy, why);
			}
			else if (copy.qos == Qos.AT_MOST_ONCE) {
				this.exit.sent(copy);
				this.room.freed();
			}
		}
	}

	private void written(Copy copy) {
		this.window.written(copy);
		if (copy.qos != Qos.AT_MOST_ONCE) {
			this.marks.sent(copy);
		}
	}

	/** Returns null if anything was written, else why not. */
	private @Nullable Drop send(Copy copy, PacketWriter writer, Instant now, Function<SharedMessage, Decision> rules) {
		int packetId = (copy.qos == Qos.AT_MOST_ONCE) ? 0 : copy.packetId();
		if (!copy.received) {
			Drop why = refusal(copy, now, rules);
			if (why == null && writer.publish(copy, packetId, copy.sent || copy.recovered)) {
				return null;
			}
			Drop refusal = (why != null) ? why : Drop.TOO_LARGE;
			if (copy.qos != Qos.EXACTLY_ONCE || !(copy.sent || copy.recovered)) {
				return refusal;
			}
			// the device may hold the packet id from before: only PUBREL frees it there;
			// and another of its group might get it a second time
			this.drops.count(refusal);
			copy.received = true;
			copy.ending = (copy.ending != null) ? copy.ending : Ending.of(refusal);
			this.exit.received(copy);
		}
		writer.release(packetId);
		return null;
	}

	/** Once delivery has begun, expiry does not end it any more. */
	private static @Nullable Drop refusal(Copy copy, Instant now, Function<SharedMessage, Decision> rules) {
		if (!copy.sent && copy.shared.expired(now)) {
			return Drop.EXPIRED;
		}
		Decision decision = rules.apply(copy.shared);
		if (decision.allowed()) {
			return null;
		}
		copy.ending = Ending.denied(decision.rule());
		return Drop.DENIED;
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
		leave(copy, refused ? Drop.REFUSED : null);
		return hasMore();
	}

	private void leave(Copy copy, @Nullable Drop why) {
		this.window.remove(copy);
		gone(copy, why);
	}

	/**
	 * PUBREC.
	 * @param refused whether its reason code says that the device does not take the
	 * message
	 * @return the copy, for which PUBREL is due; null if there is none
	 */
	synchronized @Nullable Copy received(Link from, int packetId, boolean refused) {
		Copy copy = find(from, packetId, Qos.EXACTLY_ONCE);
		if (copy == null) {
			return null;
		}
		if (refused) {
			leave(copy, copy.received ? null : Drop.REFUSED);
			return null;
		}
		copy.received = true;
		return copy;
	}

	/** PUBCOMP; returns whether something waits for the place that gets free. */
	synchronized boolean completed(Link from, int packetId) {
		Copy copy = find(from, packetId, Qos.EXACTLY_ONCE);
		if (copy == null || !copy.received) {
			return false;
		}
		leave(copy, null);
		return hasMore();
	}

	/**
	 * What the device was sent with that packet id, or null. It may have been in a
	 * connection before: then it is not sent again.
	 */
	private @Nullable Copy find(Link from, int packetId, Qos qos) {
		if (from != this.link) {
			return null;
		}
		Copy copy = this.window.find(packetId, qos);
		if (copy == null && !this.window.holds(packetId)) {
			copy = this.waiting.removeSent(packetId, qos);
			if (copy != null) {
				this.window.add(copy);
			}
		}
		return copy;
	}

	private boolean hasMore() {
		return this.waiting.size() > 0;
	}

	/**
	 * The session ended: from here on nothing is taken. Counts what is lost with it of
	 * what is not stored.
	 * @return what others of a group may have in its place, in order
	 */
	synchronized List<Copy> end() {
		this.ended = true;
		this.link = null;
		nextEpoch();
		List<Copy> left = new ArrayList<>();
		this.window.forEach(left::add);
		left.removeIf((copy) -> copy.stored);
		List<Copy> forOthers = new ArrayList<>();
		for (Copy copy : left) {
			end(copy, copy.qos == Qos.AT_LEAST_ONCE, forOthers);
		}
		this.waiting.forEach((copy) -> end(copy, copy.qos != Qos.AT_MOST_ONCE, forOthers));
		this.waiting.clear();
		this.window.clear();
		return forOthers;
	}

	private void end(Copy copy, boolean forAnother, List<Copy> forOthers) {
		if (copy.group != null && forAnother) {
			forOthers.add(copy);
		}
		else {
			gone(copy, copy.received ? null : Drop.SESSION_ENDED);
		}
	}

	/**
	 * How many of the queue wait for nothing and take no place in the window: those that
	 * are done with and in the queue still, and of which only PUBREL is due.
	 */
	synchronized int placeless() {
		return this.leaving.size() + this.window.placeless();
	}

	/**
	 * How many bytes of the queue cannot go from here: what is sent and not acknowledged,
	 * or done with and in the queue still.
	 */
	synchronized long stayingBytes() {
		long[] bytes = { 0 };
		Consumer<Copy> staying = (copy) -> bytes[0] += copy.stored ? copy.size() : 0;
		this.window.forEach(staying);
		this.leaving.forEach(staying);
		return bytes[0];
	}

	/** How many wait or are unacknowledged. */
	synchronized int size() {
		return this.window.size() + this.waiting.size();
	}

	/** How many of them are not in the store. */
	synchronized int unstored() {
		int[] count = { 0 };
		Consumer<Copy> unstored = (copy) -> count[0] += copy.stored ? 0 : 1;
		this.window.forEach(unstored);
		this.waiting.forEach(unstored);
		return count[0];
	}

	/** The numbers of each priority before which some are sent and unacknowledged. */
	synchronized SentBefore windowBefore() {
		return new SentBefore(this.window.before(Priority.HIGH), this.window.before(Priority.NORMAL));
	}

	/**
	 * Copies that are not stored, in the order of their numbers.
	 * @param qos0 whether those of QoS 0 are wanted, or the others
	 * @param from the first number that is wanted
	 * @param before the number behind those that are wanted
	 * @param limit how many at most
	 */
	synchronized List<Copy> unstored(Priority priority, boolean qos0, long from, long before, int limit) {
		Stream.Builder<Copy> found = Stream.builder();
		Consumer<Copy> unstored = (copy) -> {
			boolean wanted = !copy.stored && copy.priority() == priority && (copy.qos == Qos.AT_MOST_ONCE) == qos0;
			if (wanted && copy.sequence >= from && copy.sequence < before) {
				found.add(copy);
			}
		};
		this.window.forEach(unstored);
		this.waiting.forEach(unstored);
		return found.build().sorted(Comparator.comparingLong((copy) -> copy.sequence)).limit(limit).toList();
	}

	synchronized boolean isSent(Copy copy) {
		return this.window.find(copy.packetId(), copy.qos) == copy;
	}

	synchronized boolean isSent(QueuePlace place) {
		return this.window.holds(place);
	}

	/**
	 * Whether a delivery is sent and not acknowledged.
	 * @param place where it is stored, or null if it is not
	 */
	synchronized boolean isSent(DeliveryKey delivery, @Nullable QueuePlace place) {
		return (place != null) ? this.window.holds(place) : this.window.holds(delivery);
	}

}

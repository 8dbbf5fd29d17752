package io.heliograph.broker.engine;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.EndedRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.rows.SentBefore;
import io.heliograph.broker.rows.SubscriptionRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a session that is stored: all copies of QoS 1 and 2, until the device has
 * acknowledged them. While it is connected the first ones are handed to the outbound
 * half, each once for each connection. The journal's, but where it says so.
 */
final class StoredQueue {

	/** How many of a lane are handed over ahead, at least. */
	private static final int MIN_AHEAD = 100;

	private final StoredQueues queues;

	private final QueueRows rows;

	private final ClientId client;

	private final Outbound outbound;

	private final Map<Priority, QueueLane> lanes = new EnumMap<>(Priority.class);

	/**
	 * That of which only PUBREL is due, as the device has received it or is not to get
	 * it, and what it comes to.
	 */
	private final Map<QueuePlace, Ending> received = new HashMap<>(0);

	/** That of the connection that copies are handed to. */
	private int epoch;

	/** How many of a lane are handed over ahead; 0 while there is no connection. */
	private int ahead;

	/** How many copies the device may have unacknowledged. */
	private int window;

	/** How many were sent in the last connection, if there is none. */
	private int unacknowledged;

	private boolean loading;

	/** What takes back what was held before, or null. */
	private @Nullable HoldingAgain holdingAgain;

	/** Whether what was held before is leaving it. */
	private boolean returning;

	private boolean ended;

	StoredQueue(StoredQueues queues, long session, ClientId client, Outbound outbound) {
		this.queues = queues;
		this.rows = new QueueRows(queues, session);
		this.client = client;
		this.outbound = outbound;
		for (Priority priority : Priority.values()) {
			this.lanes.put(priority, new QueueLane());
		}
	}

	/** Returns the queue of a session that had ended when the server started. */
	static StoredQueue ended(StoredQueues queues, EndedRow row, SessionServices services) {
		Outbound outbound = new Outbound(services.settings(), services.drops(), services.clock(), OutboundExit.NONE);
		outbound.end();
		StoredQueue queue = new StoredQueue(queues, row.number(), row.client(), outbound);
		queue.recovered(row.sentBefore(), 0);
		queue.ended = true;
		return queue;
	}

	/**
	 * How many of a lane are handed over ahead, at most.
	 * @param receiveMaximum how many copies may be unacknowledged in a connection
	 */
	static int ahead(int receiveMaximum) {
		return Math.max(MIN_AHEAD, 2 * receiveMaximum);
	}

	/** What its rows begin with. Any thread. */
	long session() {
		return this.rows.number();
	}

	/** How many copies there are. Any thread. */
	int size() {
		return this.rows.size();
	}

	/** Whether the session has ended. */
	boolean ended() {
		return this.ended;
	}

	private QueueLane lane(Priority priority) {
		QueueLane lane = this.lanes.get(priority);
		if (lane == null) {
			throw new IllegalStateException("no lane " + priority);
		}
		return lane;
	}

	/**
	 * There was the session in the store when the server started. Its numbers go on
	 * behind what was sent.
	 * @param sentBefore how far it was sent in connections that had ended
	 * @param ahead how many may have been sent in the one that had not, the first ones
	 */
	void recovered(SentBefore sentBefore, int ahead) {
		this.lanes.forEach((priority, lane) -> {
			lane.sentBefore = sentBefore.of(priority);
			lane.next = lane.sentBefore;
			lane.perhapsSent = ahead;
		});
	}

	/** There was a copy in the store when the server started, behind those before. */
	void recovered(QueuePlace place, QueuedRow row) {
		QueueLane lane = lane(place.priority());
		long behind = place.sequence() + 1;
		if (lane.recovered == 0) {
			lane.loadFrom = place.sequence();
		}
		lane.recovered++;
		lane.next = Math.max(lane.next, behind);
		if (lane.recovered <= lane.perhapsSent || this.received.containsKey(place)) {
			lane.sentBefore = Math.max(lane.sentBefore, behind);
		}
		this.rows.recovered(row);
	}

	/**
	 * Only PUBREL was due of a copy when the server started.
	 * @param ending what it comes to
	 */
	void recoveredReceived(QueuePlace place, Ending ending) {
		this.received.put(place, ending);
	}

	/** All of it is recovered. */
	void recovered() {
		Map<Priority, Long> sentBefore = new EnumMap<>(Priority.class);
		this.lanes.forEach((priority, lane) -> sentBefore.put(priority, lane.sentBefore));
		this.outbound.recovered(sentBefore);
	}

	/**
	 * Adds a copy. Returns null, or why it cannot be delivered, which is not counted.
	 * @param alone whether no other copy shares the message
	 */
	@Nullable Drop add(Batch batch, Copy copy, boolean alone, Deliveries deliveries) {
		if (this.ended || this.outbound.ended()) {
			return Drop.SESSION_ENDED;
		}
		if (isFullFor(copy) && !makeRoom(batch, copy)) {
			return Drop.QUEUE_FULL;
		}
		QueueLane lane = lane(copy.priority());
		copy.sequence = lane.next++;
		copy.stored = true;
		this.rows.put(batch, place(copy), copy, alone, this.client);
		if (lane.complete && lane.hasRoom(this.ahead, this.window)) {
			lane.loadFrom = lane.next;
			hand(lane, copy, deliveries);
		}
		else {
			lane.complete = false;
			if (this.ahead > 0) {
				// what made room may have been all that was handed over
				loadIfLow();
			}
		}
		return null;
	}

	private QueuePlace place(Copy copy) {
		return new QueuePlace(session(), copy.priority(), copy.sequence);
	}

	private void hand(QueueLane lane, Copy copy, Deliveries deliveries) {
		lane.handed.put(copy.sequence, copy.size());
		lane.handedBytes += copy.size();
		deliveries.add(this.outbound, this.epoch, copy);
	}

	/**
	 * What is unacknowledged takes no place, as with Mosquitto, nor does what will be as
	 * soon as it is on the disk.
	 */
	private boolean isFullFor(Copy copy) {
		return this.rows.isFullFor(copy, 0)
				&& this.rows.isFullFor(copy, (this.ahead > 0) ? inFlight() : this.unacknowledged);
	}

	private int inFlight() {
		int placeless = this.outbound.placeless();
		return placeless + Math.min(size() - placeless, this.window);
	}

	private boolean makeRoom(Batch batch, Copy copy) {
		if (!this.rows.oldestMakesRoom(this.client, copy, this.outbound::stayingBytes)) {
			return false;
		}
		for (Priority priority : new Priority[] { Priority.NORMAL, Priority.HIGH }) {
			QueueLane lane = lane(priority);
			this.rows.scan(priority, lane.oldest(), (place, row) -> {
				lane.searchedTo = place.sequence() + 1;
				revoke(batch, place, row, Drop.QUEUE_FULL, Ending.of(Drop.QUEUE_FULL));
				return isFullFor(copy);
			});
			if (!isFullFor(copy)) {
				return true;
			}
		}
		return false;
	}

	/** How many copies more would be sent at once. */
	int freePlaces() {
		return begun() ? Math.max(0, this.window - size()) : 0;
	}

	/**
	 * Whether the connection of the moment has begun here; what comes before that is not
	 * for it.
	 */
	boolean begun() {
		return this.ahead > 0 && this.epoch == this.outbound.epoch();
	}

	/**
	 * A connection began.
	 * @param receiveMaximum how many copies may be unacknowledged in it
	 */
	void attached(Batch batch, int epoch, int receiveMaximum, Deliveries deliveries) {
		this.window = receiveMaximum;
		reset(epoch, ahead(receiveMaximum));
		load(batch, deliveries);
		this.outbound.room().freed();
	}

	/**
	 * The connection ended.
	 * @param unacknowledged how many were sent and not acknowledged
	 */
	void detached(int unacknowledged) {
		reset(this.epoch, 0);
		this.unacknowledged = unacknowledged;
	}

	private void reset(int epoch, int ahead) {
		this.unacknowledged = 0;
		this.epoch = epoch;
		this.ahead = ahead;
		this.lanes.values().forEach(QueueLane::reset);
	}

	private void load(Batch batch, Deliveries deliveries) {
		this.lanes.forEach((priority, lane) -> {
			if (!lane.complete && this.ahead > 0) {
				lane.complete = true;
				this.rows.scan(priority, lane.loadFrom, (place, row) -> {
					lane.complete = lane.hasRoom(this.ahead, this.window);
					if (lane.complete) {
						load(batch, lane, place, row, deliveries);
					}
					return lane.complete;
				});
				if (lane.complete) {
					lane.loadFrom = lane.next;
				}
			}
		});
	}

	private void load(Batch batch, QueueLane lane, QueuePlace place, QueuedRow row, Deliveries deliveries) {
		lane.loadFrom = place.sequence() + 1;
		Copy copy = this.queues.copy(row, this.client);
		if (copy == null) {
			// its message was lost: there is nothing to be sent
			this.rows.delete(batch, place, row);
			forgetReceived(batch, place);
			return;
		}
		copy.sequence = place.sequence();
		copy.stored = true;
		copy.alone = row.message() != null;
		copy.ending = this.received.get(place);
		copy.received = copy.ending != null;
		hand(lane, copy, deliveries);
	}

	private void loadIfLow() {
		boolean low = this.lanes.values().stream().anyMatch((lane) -> lane.isLow(this.ahead, this.window));
		if (low && !this.loading) {
			this.loading = true;
			this.queues.journal().readAndWrite((batch) -> {
				this.loading = false;
				Deliveries deliveries = new Deliveries();
				load(batch, deliveries);
				return deliveries;
			});
		}
	}

	/**
	 * Of a copy of QoS 2 only PUBREL is due from here.
	 * @param ending what it comes to
	 */
	void received(Batch batch, Copy copy, Ending ending) {
		QueuePlace place = place(copy);
		boolean handed = lane(copy.priority()).handed.containsKey(copy.sequence);
		if (handed && this.received.putIfAbsent(place, ending) == null) {
			batch.put(Families.RELEASED, place.key(), ending.row().value());
		}
	}

	/**
	 * Removes a copy that was handed over; returns false if it was removed before.
	 * @param ending what becomes of its delivery, or null if another session has it from
	 * here on
	 */
	boolean remove(Batch batch, Copy copy, @Nullable Ending ending) {
		this.outbound.removed(copy);
		QueueLane lane = lane(copy.priority());
		if (!lane.takeBack(copy.sequence)) {
			return false;
		}
		QueuePlace place = place(copy);
		this.rows.delete(batch, place, copy);
		forgetReceived(batch, place);
		if (ending != null) {
			this.queues.ledger().ended(batch, copy, ending, this.client);
		}
		else {
			this.queues.ledger().left(batch, copy, this.client);
		}
		this.outbound.room().freed();
		loadIfLow();
		return true;
	}

	/**
	 * Removes what is at a place, if it is not sent. It must see in the store what was
	 * done before.
	 * @param counted what it is counted as, or null for nothing
	 * @return whether it was there, and was not sent
	 */
	boolean revoke(Batch batch, QueuePlace place, @Nullable Drop counted, Ending ending) {
		byte[] value = this.queues.store().get(Families.QUEUE, place.key());
		boolean revoked = value != null && revoke(batch, place, QueuedRow.read(value), counted, ending);
		if (revoked) {
			loadIfLow();
		}
		return revoked;
	}

	/**
	 * Of QoS 2 it may have been sent in a connection that has ended: the device holds its
	 * packet id.
	 */
	private boolean revoke(Batch batch, QueuePlace place, QueuedRow row, @Nullable Drop counted, Ending ending) {
		QueueLane lane = lane(place.priority());
		boolean held = row.qos() == Qos.EXACTLY_ONCE && this.outbound.wasSent(place);
		if (held || this.received.containsKey(place)) {
			return false;
		}
		if (lane.handed.containsKey(place.sequence())) {
			if (!this.outbound.revoke(place)) {
				return false;
			}
			lane.takeBack(place.sequence());
		}
		else if (place.sequence() < lane.loadFrom) {
			return false;
		}
		this.rows.end(batch, place, row, counted, ending, this.client);
		this.outbound.room().freed();
		return true;
	}

	private void forgetReceived(Batch batch, QueuePlace place) {
		if (this.received.remove(place) != null) {
			batch.delete(Families.RELEASED, place.key());
		}
	}

	/**
	 * A subscription ended: what was held before and matches none any more is held again,
	 * if it is not sent; a start goes on with that.
	 * @param subscribed tells what the session is subscribed to by then
	 */
	void unsubscribed(Batch batch, SubscriptionRow ended, Supplier<SubscribedTopics> subscribed) {
		if (this.ended || !this.rows.holding()) {
			batch.delete(Families.SUBSCRIPTION, ended.key());
			return;
		}
		batch.put(Families.SUBSCRIPTION, ended.key(), ended.value());
		if (this.holdingAgain == null) {
			this.holdingAgain = new HoldingAgain(this.queues, this, subscribed);
			returning();
			this.queues.journal().readAndWrite(this.holdingAgain);
		}
		this.holdingAgain.ended(ended.filter());
	}

	/** There is a subscription, though one to the same may have ended. */
	void subscribed(ShareableFilter filter) {
		if (this.holdingAgain != null) {
			this.holdingAgain.subscribed(filter);
		}
	}

	/** The same for what is at a place. */
	void holdAgain(Batch batch, QueuePlace place, QueuedRow row, SubscribedTopics subscribed) {
		SharedMessage shared = row.hold() ? this.queues.messages().get(row.id(), true) : null;
		if (shared != null && !subscribed.test(shared.message().topic())) {
			Ending state = this.queues.held().fateOnReturn(this.client, row.id());
			if (revoke(batch, place, row, null, state)) {
				this.queues.held().add(batch, this.client, row.id(), state);
			}
		}
	}

	/** All that was to be held again is. */
	void heldAgain() {
		this.holdingAgain = null;
		returned();
		loadIfLow();
	}

	/** What was held before leaves it from here on. */
	void returning() {
		if (!this.returning && this.rows.holding()) {
			this.returning = true;
			this.queues.held().returning(this.client);
		}
	}

	/** All that was held before and had to leave it has. */
	void returned() {
		if (this.returning) {
			this.returning = false;
			this.queues.held().returned(this.client);
		}
	}

	/** The session has ended: from here on nothing is added or handed over. */
	void end() {
		this.ended = true;
		// before the next session may be given anything; a start finds it in Clearing
		returning();
		reset(this.epoch, 0);
	}

	/**
	 * Clears up what is at a place after the end of the session.
	 * @param ending what becomes of a delivery that nobody else can have
	 * @param heirs take copies for one of a group that were not sent
	 */
	void clearUp(Batch batch, QueuePlace place, QueuedRow row, Ending ending, Heirs heirs) {
		Ending known = this.received.get(place);
		boolean done = known != null;
		boolean perhapsTwice = row.qos() == Qos.EXACTLY_ONCE && this.outbound.wasSent(place);
		Copy left = (row.group() != null && !done && !perhapsTwice) ? this.queues.copy(row, this.client) : null;
		this.rows.delete(batch, place, row);
		forgetReceived(batch, place);
		if (left != null) {
			this.queues.ledger().left(batch, left, this.client);
			heirs.take(left);
			return;
		}
		if (row.hold() && !done) {
			Ending state = this.queues.held().fateOnReturn(this.client, row.id());
			this.rows.told(batch, row, state, this.client);
			this.queues.held().add(batch, this.client, row.id(), state);
			return;
		}
		this.rows.told(batch, row, Objects.requireNonNullElse(known, ending), this.client);
		if (!done) {
			this.queues.drops().count(Drop.SESSION_ENDED);
		}
	}

	/** Takes what an ended session leaves. */
	interface Heirs {

		void take(Copy copy);

	}

}

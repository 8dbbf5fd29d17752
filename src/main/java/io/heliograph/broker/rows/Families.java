package io.heliograph.broker.rows;

import java.util.List;

import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;

/** The families of the store that are the broker's. */
public final class Families {

	/** Sessions by client id: {@link SessionRow}. */
	public static final Family SESSION = new Family("session", false);

	/** Sessions that have ended by their number: {@link EndedRow}. */
	public static final Family ENDED = new Family("ended", false);

	/** The options of subscriptions by session and filter: {@link SubscriptionRow}. */
	public static final Family SUBSCRIPTION = new Family("subscription", false);

	/** The queues by session and place in it, {@link QueuePlace}: {@link QueuedRow}. */
	public static final Family QUEUE = new Family("queue", true);

	/** The places of copies of QoS 2 of which only PUBREL is due: {@link ReleasedRow}. */
	public static final Family RELEASED = new Family("released", false);

	/** Packet ids of QoS 2 that came and were not released, by session: nothing. */
	public static final Family RECEIVED = new Family("received", false);

	/** Messages by id, that more than one copy shares: {@link MessageRow}. */
	public static final Family MESSAGE = new Family("message", false);

	/** Retained messages by topic: {@link MessageRow}. */
	public static final Family RETAINED = new Family("retained", false);

	/** Places in queues by the time from which on what is there is of no use: nothing. */
	public static final Family EXPIRY = new Family("expiry", false);

	/** Who owns which client id, and when it was seen: {@link ClientRow}. */
	public static final Family CLIENT = new Family("client", false);

	/** What was published with its ledger, by id: {@link NotificationRow}. */
	public static final Family NOTIFICATION = new Family("notification", false);

	/**
	 * How many deliveries of a notification have which fate, by id: {@link CountsRow}.
	 */
	public static final Family COUNTS = new Family("counts", false);

	/** Deliveries by {@link DeliveryKey}: {@link DeliveryRow}. */
	public static final Family DELIVERY = new Family("delivery", false);

	/**
	 * What each client was or is to be sent, by client id, message and group: nothing.
	 */
	public static final Family CLIENT_DELIVERY = new Family("client-delivery", false);

	/** Once-keys by caller and name: {@link OnceRow}. */
	public static final Family ONCE = new Family("once", false);

	/** Times at which something is to be done for a notification: {@link DueRow}. */
	public static final Family DUE = new Family("due", false);

	/** What is held for clients, by client id and message: nothing. */
	public static final Family HELD = new Family("held", false);

	/**
	 * Deliveries that are in no queue of the store by {@link DeliveryKey}:
	 * {@link UnstoredRow}.
	 */
	public static final Family UNSTORED = new Family("unstored", false);

	/** The last message of each collapse key, by client id and key: its id. */
	public static final Family COLLAPSE = new Family("collapse", false);

	/** All of them. */
	public static final List<Family> ALL = List.of(SESSION, ENDED, SUBSCRIPTION, QUEUE, RELEASED, RECEIVED, MESSAGE,
			RETAINED, EXPIRY, CLIENT, NOTIFICATION, COUNTS, DELIVERY, CLIENT_DELIVERY, ONCE, DUE, HELD, UNSTORED,
			COLLAPSE);

	/** The value of rows that say all by their key. */
	public static final byte[] NOTHING = {};

	/** All keys of a family: none begins with this byte, which is in no UTF-8. */
	public static final KeyRange EVERYTHING = new KeyRange(NOTHING, new byte[] { (byte) 0xff });

	private Families() {
	}

}

package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.heliograph.broker.KnownClient;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.rows.AllRows;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.RowAudit;
import io.heliograph.broker.rows.SentBefore;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;

/**
 * Finds where an engine to which nothing happens has something else in memory than in its
 * store, and where that contradicts itself. On the thread of the journal.
 */
final class EngineAudit {

	/** Stands in the place of the owner of client ids that are nobody's. */
	private static final long ANONYMOUS = 0;

	private final Engine engine;

	private final AllRows rows;

	private final boolean begunWithRows;

	private final StoredQueues queues;

	private final Found found = new Found();

	private EngineAudit(Engine engine, AllRows rows, boolean begunWithRows) {
		this.engine = engine;
		this.begunWithRows = begunWithRows;
		this.rows = rows;
		this.queues = Inside.of(engine, StoredQueues.class, "queues");
	}

	/**
	 * Returns what contradicts itself, in words; of an engine that does nothing any more
	 * only what does so in the store.
	 * @param begunWithRows whether the store had any when the engine was opened
	 */
	static List<String> contradictions(Engine engine, Store store, boolean begunWithRows) {
		CompletableFuture<List<String>> found = new CompletableFuture<>();
		Inside.of(engine, Journal.class, "journal").readAndWrite(new Change() {

			@Override
			public Runnable apply(Batch batch) {
				try {
					found.complete(new EngineAudit(engine, new AllRows(store), begunWithRows).run());
				}
				catch (Throwable ex) {
					found.completeExceptionally(ex);
				}
				return NOTHING;
			}

			@Override
			public void failed(Throwable cause) {
				found.complete(RowAudit.contradictions(store));
			}

		});
		return found.join();
	}

	private List<String> run() {
		RowAudit.contradictions(this.rows).forEach(this.found::add);
		sessions();
		this.engine.sessions().forEach(this::session);
		queues();
		shared();
		holders();
		held();
		clients();
		retained();
		return this.found.all();
	}

	private void sessions() {
		Set<ClientId> stored = new HashSet<>();
		this.engine.sessions().forEach((session) -> {
			if (session.queue != null) {
				stored.add(session.id());
			}
		});
		this.found.same(stored, this.rows.sessions.keySet(), "sessions that are stored");
		this.found.check(this.rows.ended.isEmpty(), "a session that is never cleared up", this.rows.ended);
	}

	private void session(Session session) {
		this.engine.locks().run(session.id().value(), () -> {
			SessionRow row = this.rows.sessions.get(session.id());
			if (session.queue != null && row != null) {
				stored(session, row);
			}
			subscriptions(session);
			new OutboundAudit(session, this.rows, this.found).run();
		});
	}

	private void stored(Session session, SessionRow row) {
		SessionRow memory = session.row();
		this.found.check(same(unsent(memory), unsent(row)), "a session is another in the store", memory + " " + row);
		boolean further = memory.sentBefore().high() < row.sentBefore().high()
				|| memory.sentBefore().normal() < row.sentBefore().normal();
		this.found.check(!further, "a session is further in the store", memory + " " + row);
		Set<Integer> received = new HashSet<>();
		this.rows.received.forEach((one) -> {
			if (one.session() == row.number()) {
				received.add(one.packetId());
			}
		});
		this.found.same(new HashSet<>(session.receivedIds()), received, "packet ids of " + session.id());
		Set<Object> subscriptions = new HashSet<>();
		session.subscriptions.values().forEach((one) -> subscriptions.add(one.filter() + " " + one.options()));
		Set<Object> stored = new HashSet<>();
		this.rows.subscriptions.stream()
			.filter((one) -> one.session() == row.number())
			.forEach((one) -> stored.add(one.filter() + " " + one.options()));
		this.found.same(subscriptions, stored, "subscriptions of " + session.id());
	}

	/** How far it is sent is not written while it has a connection. */
	private static SessionRow unsent(SessionRow row) {
		SentBefore sent = (row.disconnectedAt() != null) ? row.sentBefore() : SentBefore.NOTHING;
		return new SessionRow(row.number(), row.client(), row.expirySeconds(), row.disconnectedAt(), row.ahead(), sent,
				row.will());
	}

	private static boolean same(SessionRow one, SessionRow other) {
		return Arrays.equals(one.value(), other.value());
	}

	private void subscriptions(Session session) {
		SubscriptionIndex index = Inside.of(this.queues, SubscriptionIndex.class, "groups", "index");
		session.subscriptions.forEach((filter, subscription) -> {
			List<Subscription> indexed = new ArrayList<>();
			if (filter.group() != null) {
				indexed.addAll(List.of(index.group(filter)));
			}
			else {
				index.match(new Topic(topic(filter.filter()))).own().forEach((array) -> indexed.addAll(List.of(array)));
			}
			this.found.check(indexed.contains(subscription), "a subscription that matches nothing",
					session.id() + " " + filter);
			indexed.forEach((one) -> this.found.check(!one.session().outbound.ended(),
					"a subscription of a session that has ended", one.session().id() + " " + one.filter()));
		});
	}

	/** One that a filter matches. */
	private static String topic(TopicFilter filter) {
		List<String> levels = new ArrayList<>(filter.levels());
		levels.replaceAll((level) -> level.equals("+") || level.equals("#") ? "x" : level);
		return String.join("/", levels);
	}

	private void queues() {
		Map<Long, StoredQueue> byNumber = Inside.map(this.queues, "queues");
		Set<Long> numbers = new HashSet<>();
		this.rows.sessions.values().forEach((row) -> numbers.add(row.number()));
		this.rows.ended.values().forEach((row) -> numbers.add(row.number()));
		this.found.same(byNumber.keySet(), numbers, "queues of sessions");
		byNumber.forEach((number, queue) -> new QueueAudit(queue, this.rows, this.found).run());
		Map<Long, GroupQueue> groups = Inside.map(this.queues, "groups", "byNumber");
		this.found.same(groups.keySet(), this.rows.groups().keySet(), "queues of groups");
		this.found.same(new HashSet<>(groups.values()),
				new HashSet<>(Inside.<Object, GroupQueue>map(this.queues, "groups", "byFilter").values()),
				"queues of groups by filter");
		groups.values().forEach((queue) -> new GroupAudit(queue, this.rows, this.begunWithRows, this.found).run());
		long last = Inside.number(this.queues, "lastNumber");
		numbers.addAll(groups.keySet());
		numbers.forEach((number) -> this.found.check(number <= last, "a number that comes again", number));
	}

	private void shared() {
		Map<MessageId, Integer> copies = new HashMap<>();
		this.rows.queue.values().forEach((row) -> {
			if (row.message() == null && row.number() == null) {
				copies.merge(row.id(), 1, Integer::sum);
			}
		});
		this.found.same(Inside.map(this.queues, "messages", "copies"), copies, "copies of shared messages");
		Map<MessageId, SharedMessage> cache = Inside.map(this.queues, "messages", "cache");
		this.found.same(Inside.number(this.queues, "messages", "cachedBytes"),
				cache.values().stream().mapToLong(SharedMessage::size).sum(), "bytes of messages that are remembered");
		this.found.same(Inside.map(this.queues, "ledger", "changed"), Map.of(), "counts that are not written");
		this.found.same(Inside.number(this.engine, "retention", "count"), (long) this.rows.counts.size(),
				"notifications");
		this.found.same(Inside.of(this.engine, Set.class, "notifications", "expiring"), Set.of(), "what expires");
	}

	/** After a kill it may be in the list of one who is gone. */
	private void holders() {
		this.rows.ofClients.forEach((one) -> {
			DeliveryRow row = this.rows.deliveries.get(one.delivery());
			boolean its = row != null && (!one.delivery().group() || one.client().equals(row.client()));
			this.found.check(its || this.begunWithRows, "a client's no delivery", one + " " + row);
		});
	}

	private void held() {
		Map<ClientId, Integer> held = new HashMap<>();
		this.rows.held.forEach((key) -> held.merge(new ClientId(key.owner()), 1, Integer::sum));
		this.found.same(Inside.map(this.queues, "held", "counts"), held, "what is held");
	}

	private void clients() {
		Map<String, KnownClient> known = new HashMap<>();
		Map<Long, Integer> counts = new HashMap<>();
		this.rows.clients.values().forEach((client) -> {
			known.put(client.id().value(), client);
			counts.merge(Objects.requireNonNullElse(client.ownerId(), ANONYMOUS), 1, Integer::sum);
		});
		this.found.same(new HashMap<>(Inside.<String, KnownClient>map(this.engine, "owners", "known")), known,
				"client ids");
		Map<Long, Integer> counted = new HashMap<>();
		Inside.<Long, AtomicInteger>map(this.engine, "owners", "counts").forEach((owner, count) -> {
			if (count.get() != 0) {
				counted.put(owner, count.get());
			}
		});
		this.found.same(counted, counts, "how many client ids users have");
	}

	private void retained() {
		RetainedMessages retained = Inside.of(this.engine, RetainedMessages.class, "router", "retained");
		Map<String, MessageId> memory = new HashMap<>();
		retained.matching(new TopicFilter("#"))
			.forEach((one) -> memory.put(one.message().topic().name(), one.message().id()));
		Map<String, MessageId> stored = new HashMap<>();
		this.rows.retained.forEach((topic, message) -> stored.put(topic, message.id()));
		this.found.same(memory, stored, "what is retained");
	}

	/** What is found. */
	static final class Found {

		private final List<String> all = new ArrayList<>();

		void add(String what) {
			this.all.add(what);
		}

		void check(boolean isSo, String what, Object which) {
			if (!isSo) {
				add(what + ": " + which);
			}
		}

		void same(Object memory, Object stored, String what) {
			if (!memory.equals(stored)) {
				add(what + ": in memory " + memory + ", in the store " + stored);
			}
		}

		List<String> all() {
			return this.all;
		}

	}

}

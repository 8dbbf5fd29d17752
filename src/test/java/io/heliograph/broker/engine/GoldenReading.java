package io.heliograph.broker.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Delivery;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Ledger;
import io.heliograph.broker.Ledger.Search;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Notification;
import io.heliograph.broker.NotificationRecord;
import io.heliograph.broker.OnceKey;
import io.heliograph.broker.Priority;
import io.heliograph.broker.SessionView;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.rows.SubscriptionRow;
import io.heliograph.broker.store.RocksStore;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.WholeQueue;
import org.jspecify.annotations.Nullable;

import static org.awaitility.Awaitility.await;

/**
 * Tells all that an engine finds in a folder, value by value, as its ports and its
 * devices see it; and what becomes of it as time passes.
 */
final class GoldenReading {

	private static final int ALL = 1000;

	private static final Search EVERYTHING = new Search(null, null, null, null);

	private static final SubscriptionOptions RETAINED_TOO = new SubscriptionOptions(Qos.EXACTLY_ONCE, false, true, 0,
			0);

	private final StringBuilder text = new StringBuilder();

	private final TestEngine engine;

	private final long position;

	/**
	 * @param position that of the store when it was written
	 */
	private GoldenReading(TestEngine engine, long position) {
		this.engine = engine;
		this.position = position;
	}

	/** Tells what there is, and what devices get that come at once. */
	static String now(Path folder) {
		return of(folder, GoldenReading::read);
	}

	/** Tells what becomes of it if nobody comes. */
	static String later(Path folder) {
		return of(folder, GoldenReading::pass);
	}

	private static String of(Path folder, Consumer<GoldenReading> what) {
		MovedClock clock = new MovedClock();
		clock.move(Duration.ofSeconds(20));
		RocksStore store = GoldenFolder.open(folder, clock);
		long position = store.position();
		String rows = rows(store);
		Instant stoppedAt = store.lastUse().orElseThrow();
		try (TestEngine engine = new TestEngine(store, clock, stoppedAt, TestEngines.KEEP_ALL)) {
			GoldenReading reading = new GoldenReading(engine, position);
			reading.line("last use " + stoppedAt);
			reading.text.append(rows);
			// what was left undone is done
			await().until(() -> engine.families().stream().noneMatch("ended"::equals));
			what.accept(reading);
			return reading.text.toString();
		}
	}

	/** What no port tells. */
	private static String rows(RocksStore store) {
		StringBuilder rows = new StringBuilder("# rows\n");
		store.scan(Families.SESSION, Families.EVERYTHING, (key, value) -> {
			SessionRow row = SessionRow.read(key, value);
			rows.append(row.number()).append(" ").append(row.client()).append(" ").append(row.expirySeconds());
			rows.append(" ").append(row.disconnectedAt()).append(" ").append(row.ahead());
			rows.append(" ").append(row.sentBefore()).append('\n');
			return true;
		});
		store.scan(Families.SUBSCRIPTION, Families.EVERYTHING, (key, value) -> {
			SubscriptionRow row = SubscriptionRow.read(key, value);
			rows.append(row.session()).append(" ").append(row.filter()).append(" ").append(row.options()).append('\n');
			return true;
		});
		return rows.toString();
	}

	private void line(String line) {
		this.text.append(line).append('\n');
	}

	private void read() {
		sessions();
		line("# groups");
		for (String group : List.of("$share/group/shared/+", "$share/guests/lent/+", "$share/members/moved/+")) {
			line(group + " " + this.engine.queuedFor(group));
		}
		line("# client ids");
		this.engine.engine().clientIds().after("", ALL).forEach((client) -> line(client.toString()));
		ledger();
		retained();
		once();
		for (String client : List.of("full", "half", "sender", "brim")) {
			device(this.engine.client(client));
		}
		device(this.engine.client("other", "\u00fcser"));
		device(this.engine.anonymous("nameless"));
		held();
	}

	/** A will, schedules, expiries, and the ends of sessions. */
	private void pass() {
		line("# a minute later");
		this.engine.pass(70);
		TestClient reader = this.engine.client("reader");
		await().until(() -> {
			reader.startClean(0);
			reader.subscribe("wills/#", RETAINED_TOO);
			return !reader.receive().isEmpty();
		});
		reader.disconnect();
		retained();
		line("# three hours later");
		this.engine.pass(3 * 3600);
		Ledger ledger = this.engine.engine().ledger();
		await().until(() -> this.engine.engine().sessions().all().size() == 1
				&& ledger.deliveries(new ClientId("other"), null, ALL)
					.items()
					.stream()
					.map(Delivery::fate)
					.toList()
					.contains(Fate.EXPIRED)
				&& ledger.search(EVERYTHING, null, ALL)
					.items()
					.stream()
					.noneMatch((record) -> record.state() == NotificationRecord.State.SCHEDULED));
		await().until(() -> this.engine.families().stream().noneMatch("ended"::equals));
		sessions();
		ledger();
		retained();
	}

	private void sessions() {
		line("# sessions");
		for (SessionView session : this.engine.engine().sessions().all()) {
			line(session.toString());
			WholeQueue.of(this.engine.engine().sessions(), session.client()).forEach((queued) -> line("  " + queued));
		}
	}

	private void ledger() {
		line("# ledger");
		Ledger ledger = this.engine.engine().ledger();
		for (NotificationRecord record : ledger.search(EVERYTHING, null, ALL).items()) {
			line(record.state() + " " + record.acceptedAt() + " " + text(record.notification()) + " "
					+ record.counts().byFate());
			List<Delivery> deliveries = ledger.deliveries(record.notification().message().id(), null, null, ALL)
				.items();
			deliveries.forEach((delivery) -> line("  " + text(delivery)));
		}
		line("# ledger by client");
		for (String client : List.of("full", "half", "other", "late", "many", "brim", "ended", "clean", "stranger")) {
			List<Delivery> deliveries = ledger.deliveries(new ClientId(client), null, ALL).items();
			line(client + " " + deliveries.stream().map((one) -> one.message() + " " + one.fate()).toList());
		}
	}

	/** Nobody else gets it. */
	private void retained() {
		line("# retained");
		TestClient reader = this.engine.client("reader");
		reader.startClean(0);
		reader.subscribe("#", RETAINED_TOO);
		List<String> all = new ArrayList<>();
		reader.receive().forEach((copy) -> all.add(text(copy)));
		all.stream().sorted().forEach(this::line);
		reader.disconnect();
	}

	private void once() {
		line("# once");
		Message message = TestMessages.message("n/once");
		line(this.engine
			.notify(new Notification(message, Audience.SUBSCRIBERS, "backend", GoldenContent.ONCE, null, null,
					new byte[0]))
			.toString());
	}

	/** It comes, and takes what there is for it. */
	private void device(TestClient client) {
		line("# device " + client.id());
		line("may open " + client.mayOpen());
		line("present " + client.connect(Opening.NEVER));
		if (client.id().value().equals("sender")) {
			line("packet ids that come first: "
					+ IntStream.of(6, 7, 65_535).filter(client::comesFirst).boxed().toList());
		}
		client.receive().forEach((copy) -> line(text(copy)));
		client.packets().forEach(this::line);
		client.disconnect();
	}

	private void held() {
		line("# held");
		TestClient late = this.engine.client("late");
		late.connect(Opening.NEVER);
		late.subscribe("n/held");
		late.receive().forEach((copy) -> line(text(copy)));
		late.disconnect();
	}

	/** Positions of what is written now depend on how changes come together. */
	private String text(Delivery it) {
		return it.client() + " " + it.group() + " " + it.number() + " " + it.qos() + " " + it.fate() + " " + it.reason()
				+ " " + it.rule() + " " + it.at() + " at "
				+ ((it.position() <= this.position) ? it.position() : "a new position");
	}

	private static String text(Copy copy) {
		return copy.qos() + (copy.retain() ? " retain " : " ") + Arrays.toString(copy.subscriptionIds()) + " group "
				+ copy.group + " " + text(copy.shared().message());
	}

	private static String text(Notification it) {
		return text(it.message()) + " for " + text(it.audience()) + " from " + it.origin() + " once " + text(it.once())
				+ " at " + it.notBefore() + " collapse " + it.collapseKey() + " attachment " + hex(it.attachment());
	}

	private static String text(Audience audience) {
		if (audience instanceof Audience.Only only) {
			return only.clients().stream().map(ClientId::value).sorted().collect(Collectors.joining(",", "only ", ""))
					+ (only.hold() ? " hold" : "");
		}
		return "subscribers";
	}

	private static @Nullable String text(@Nullable OnceKey once) {
		return (once == null) ? null
				: once.caller() + "/" + once.key() + "/" + hex(once.fingerprint()) + "/" + once.expiresAt();
	}

	private static String text(Message it) {
		MessageProperties properties = it.properties();
		boolean isNew = it.publisher() != null && it.topic().name().startsWith("wills/");
		return "[" + (isNew ? "a new id" : it.id()) + " " + it.topic() + " " + hex(it.payload()) + " " + it.qos()
				+ (it.retain() ? " retain" : "") + " until " + it.expiresAt()
				+ ((it.priority() == Priority.HIGH) ? " high" : "") + " by " + it.publisher() + " utf8 "
				+ properties.utf8() + " type " + properties.contentType() + " answer " + properties.responseTopic()
				+ " correlation " + hex(properties.correlationData()) + " " + properties.userProperties() + "]";
	}

	private static @Nullable String hex(byte @Nullable [] bytes) {
		return (bytes != null) ? HexFormat.of().formatHex(bytes) : null;
	}

}

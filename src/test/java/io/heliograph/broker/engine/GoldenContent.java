package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.MessageProperties.UserProperty;
import io.heliograph.broker.Notification;
import io.heliograph.broker.OnceKey;
import io.heliograph.broker.Priority;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.Will;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

/** What the golden folder holds: something of every kind. */
final class GoldenContent {

	static final OnceKey ONCE = new OnceKey("caller", "key", new byte[] { 1, -1, 0 },
			Instant.parse("2026-11-25T12:00:00.000000007Z"));

	/** How many copies have room in each queue where one is full. */
	static final int ROOM = 3;

	private static final long HOUR = 3600;

	private static final Instant LATER = Instant.parse("2026-11-24T14:00:00.123456789Z");

	private static final MessageProperties PROPERTIES = new MessageProperties(true, "text/plain", "answers/to",
			new byte[] { 0, (byte) 0xff },
			List.of(new UserProperty("name", "one"), new UserProperty("name", "\u00e4")));

	private static final byte[] NOTHING = {};

	private int ids;

	private MessageId id() {
		this.ids++;
		return new MessageId(new UUID((Instant.parse("2026-11-24T12:00:00Z").toEpochMilli() << 16) | 0x7000 | this.ids,
				0x8000_0000_0000_0000L | this.ids));
	}

	private Message message(String topic, Qos qos, boolean retain, @Nullable Instant expiresAt, Priority priority,
			MessageProperties properties, @Nullable String publisher) {
		return new Message(id(), new Topic(topic), (topic + "\u0000").getBytes(UTF_8), qos, retain, expiresAt, priority,
				properties, (publisher != null) ? new ClientId(publisher) : null);
	}

	private Message plain(String topic, Qos qos) {
		return message(topic, qos, false, null, Priority.NORMAL, MessageProperties.NONE, null);
	}

	private Notification notification(Message message, Audience audience) {
		return new Notification(message, audience, "backend", null, null, null, NOTHING);
	}

	/** What is in files that are not the log. */
	void first(TestEngine engine) {
		TestClient full = engine.client("full");
		full.connect(HOUR, new Will(new Topic("wills/full"), "gone".getBytes(UTF_8), Qos.EXACTLY_ONCE, true, PROPERTIES,
				60, 120L));
		full.subscribe("q/#", new SubscriptionOptions(Qos.EXACTLY_ONCE, true, true, 1, 268_435_455));
		full.subscribe("$share/group/shared/+", new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 2, 3));
		TestClient other = engine.client("other", "\u00fcser");
		other.connect(Opening.NEVER);
		other.subscribe("q/both");
		other.subscribe("n/#");
		full.subscribe("$share/guests/lent/+", TestClient.options(Qos.EXACTLY_ONCE));
		other.subscribe("$share/members/moved/+", TestClient.options(Qos.AT_LEAST_ONCE));
		engine.publish(plain("moved/x", Qos.EXACTLY_ONCE));
		full.leave();
		other.disconnect();
		guest(engine);
		engine.publish(message("q/alone", Qos.AT_LEAST_ONCE, true, LATER, Priority.HIGH, PROPERTIES, "someone"));
		engine.publish(message("q/both", Qos.EXACTLY_ONCE, false, LATER, Priority.NORMAL, PROPERTIES, "someone"));
		engine.publish(plain("shared/x", Qos.AT_LEAST_ONCE));
		engine.publish(message("retained/y", Qos.EXACTLY_ONCE, true, LATER, Priority.NORMAL, PROPERTIES, "someone"));
		TestClient sender = engine.client("sender");
		sender.connect(HOUR);
		sender.publishQos2(7, "nobody/has/it");
		sender.publishQos2(65_535, "nobody/has/it");
		sender.leave();
		ledger(engine);
		engine.settle();
	}

	/** One that has copies while they stay in the queue of its group. */
	private void guest(TestEngine engine) {
		TestClient guest = engine.client("guest");
		guest.startClean(0);
		guest.subscribe("$share/guests/lent/+", TestClient.options(Qos.AT_LEAST_ONCE));
		engine.publish(message("lent/high", Qos.AT_LEAST_ONCE, false, LATER, Priority.HIGH, PROPERTIES, "someone"));
		engine.publish(plain("lent/x", Qos.EXACTLY_ONCE));
		engine.notify(notification(plain("lent/notification", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS));
	}

	private void ledger(TestEngine engine) {
		engine
			.notify(notification(message("n/queued", Qos.AT_LEAST_ONCE, false, LATER, Priority.HIGH, PROPERTIES, null),
					Audience.SUBSCRIBERS));
		engine.notify(notification(plain("n/held", Qos.AT_LEAST_ONCE), TestMessages.only(true, "late", "other")));
		engine.notify(new Notification(plain("n/later", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS, "backend", null,
				LATER, null, new byte[] { 7, 8 }));
		engine.notify(new Notification(plain("n/once", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS, "backend", ONCE, null,
				null, NOTHING));
		for (String topic : List.of("n/older", "n/newer")) {
			engine.notify(new Notification(plain(topic, Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS, "backend", null, null,
					"key", NOTHING));
		}
		engine.notify(notification(plain("n/nobody", Qos.AT_LEAST_ONCE), TestMessages.only(false, "stranger")));
		engine.notify(notification(plain("shared/notification", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS));
		Notification withdrawn = notification(plain("n/withdrawn", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS);
		Notification cancelled = new Notification(plain("n/cancelled", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS,
				"backend", null, LATER, null, NOTHING);
		engine.notify(withdrawn, cancelled);
		engine.engine().withdraw(withdrawn.message().id()).toCompletableFuture().join();
		engine.engine().withdraw(cancelled.message().id()).toCompletableFuture().join();
	}

	/** What is in the log. */
	void second(TestEngine engine) {
		engine.clock().move(Duration.ofSeconds(10));
		TestClient half = engine.client("half");
		half.connect(HOUR);
		half.subscribe("half/#", TestClient.options(Qos.EXACTLY_ONCE));
		engine.notify(notification(plain("half/received", Qos.EXACTLY_ONCE), Audience.SUBSCRIBERS));
		engine.notify(notification(plain("half/sent", Qos.EXACTLY_ONCE), Audience.SUBSCRIBERS));
		engine.notify(notification(plain("half/acknowledged", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS));
		List<Copy> copies = half.receive();
		half.received(copies.get(0).packetId());
		half.acknowledge(copies.get(2).packetId());
		engine.notify(notification(plain("half/denied", Qos.EXACTLY_ONCE), Audience.SUBSCRIBERS));
		half.receive();
		half.leave();
		engine.access().denyRead("half/denied");
		half.connect(HOUR);
		// only PUBREL is due of what it may not read any more
		half.receive();
		half.leave();
		fates(engine);
		sessions(engine);
		TestClient clean = engine.client("clean");
		clean.startClean(0);
		clean.subscribe("n/unstored");
		clean.subscribe("n/unstored/held");
		engine.notify(notification(plain("n/unstored", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS));
		engine.notify(notification(plain("n/unstored/held", Qos.AT_LEAST_ONCE), TestMessages.only(true, "clean")));
		TestClient ended = engine.client("ended");
		ended.connect(HOUR);
		ended.subscribe("ended/#");
		ended.leave();
		engine.notify(notification(plain("ended/x", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS));
		engine.engine().clientIds().assign(new ClientId("assigned"), 77L);
		engine.engine().clientIds().assign(new ClientId("anonymous"), null);
		engine.settle();
	}

	/** A queue that is full. */
	void full(TestEngine engine) {
		TestClient brim = engine.client("brim");
		brim.connect(HOUR);
		brim.subscribe("brim/#");
		brim.leave();
		for (int i = 0; i <= ROOM; i++) {
			engine.notify(notification(plain("brim/" + i, Qos.EXACTLY_ONCE), Audience.SUBSCRIBERS));
		}
		engine.settle();
	}

	private void sessions(TestEngine engine) {
		TestClient nameless = engine.anonymous("nameless");
		nameless.connect(HOUR);
		nameless.subscribe("nameless/#");
		nameless.leave();
		engine.publish(plain("nameless/x", Qos.AT_LEAST_ONCE));
		// it is connected when the process is killed
		TestClient brim = engine.client("brim");
		brim.receiveMaximum(1);
		brim.connect(HOUR);
		brim.receive();
	}

	/** Those that there are not yet. */
	private void fates(TestEngine engine) {
		TestClient many = engine.client("many");
		many.connect(HOUR);
		many.subscribe("many/#", TestClient.options(Qos.AT_LEAST_ONCE));
		many.isTooSmallFor("many/large");
		for (String topic : List.of("many/large", "many/refused", "many/denied")) {
			engine.notify(notification(plain(topic, Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS));
		}
		engine.notify(notification(plain("none/x", Qos.AT_LEAST_ONCE), TestMessages.only(false, "many")));
		engine.access().denyRead("many/denied");
		many.receive().forEach((copy) -> many.refuse(copy.packetId()));
		many.leave();
		engine.notify(notification(plain("many/offline", Qos.AT_MOST_ONCE), Audience.SUBSCRIBERS));
		Notification expired = notification(message("many/expired", Qos.AT_LEAST_ONCE, false,
				engine.clock().instant().plusMillis(1500), Priority.NORMAL, MessageProperties.NONE, null),
				Audience.SUBSCRIBERS);
		engine.notify(expired);
		engine.clock().move(Duration.ofSeconds(2));
		await().until(() -> engine.counts(expired).containsKey(Fate.EXPIRED));
		engine.notify(notification(plain("many/cleared", Qos.AT_LEAST_ONCE), Audience.SUBSCRIBERS));
		many.startClean(HOUR);
		many.leave();
		engine.settle();
	}

}

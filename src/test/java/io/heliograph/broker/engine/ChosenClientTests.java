package io.heliograph.broker.engine;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.heliograph.account.MqttClient;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Priority;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A client that a notification is for, or that has something held, among many others. */
class ChosenClientTests {

	private static final int MANY = 1_000;

	private final CountedIndex index = new CountedIndex();

	private final Map<ClientId, Session> sessions = new HashMap<>();

	private final Journal journal;

	private final Router router;

	private final Notifications notifications;

	private final SessionServices services;

	ChosenClientTests() {
		Store store = new MemoryStore();
		MovedClock clock = new MovedClock();
		this.journal = new Journal(store, (cause) -> {
		});
		SessionServices.Basics basics = new SessionServices.Basics(store, this.journal, TestEngines.sessions(MANY),
				new TestAccess(), new Drops(), clock);
		StoredQueues queues = new StoredQueues(basics, new LedgerWriter(store, clock, new Watches()),
				this.sessions::get, this.index);
		this.router = new Router(this.index, new MemoryRetainedMessages(), basics, queues, () -> false);
		this.notifications = new Notifications(basics, queues, this.router, new Retention(basics, TestEngines.KEEP_ALL),
				() -> false);
		this.services = new SessionServices(basics, queues, new Handovers(this.router, queues));
		this.journal.start(queues::complete);
		for (int i = 0; i < MANY; i++) {
			subscribe(session("other" + i), "#");
		}
		this.index.given();
	}

	@AfterEach
	void close() {
		this.journal.close();
	}

	private Session session(String id) {
		MqttClient client = new MqttClient(null, new ClientId(id), InetAddress.getLoopbackAddress());
		Session session = new Session(client, this.services, null);
		this.sessions.put(client.id(), session);
		return session;
	}

	private void subscribe(Session session, String filter) {
		SubscriptionOptions options = TestClient.options(Qos.AT_LEAST_ONCE);
		this.router.subscribe(new Subscription(session, ShareableFilter.parse(filter), options), false, null);
	}

	private static Subscription subscription(Session session, String filter, Qos qos, boolean retain, int identifier) {
		return new Subscription(session, ShareableFilter.parse(filter),
				new SubscriptionOptions(qos, true, retain, 2, identifier));
	}

	private void notify(Notification notification) {
		this.notifications.publish(List.of(notification)).join();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void isFoundWithoutALookAtTheOthers(boolean hold) {
		Session chosen = session("chosen");
		subscribe(chosen, "news");
		subscribe(chosen, "+");
		notify(TestMessages.notification(TestMessages.message("news"), TestMessages.only(hold, "chosen")));
		assertThat(chosen.outbound.size()).isEqualTo(1);
		assertThat(this.index.given()).isEqualTo(2);
	}

	@Test
	void isGivenWhatIsHeldWithoutALookAtTheOthers() {
		Session chosen = session("chosen");
		for (int i = 0; i < 10; i++) {
			notify(TestMessages.held("news", "chosen"));
		}
		subscribe(chosen, "news");
		await().until(() -> chosen.outbound.size() == 10);
		assertThat(this.index.given()).as("one for each, and for the topic").isLessThanOrEqualTo(11);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void isGivenOneCopyWithTheBestOfItsOwnSubscriptions(boolean held) {
		Session chosen = session("chosen");
		Notification notification = TestMessages.notification(TestMessages.retained("news"),
				TestMessages.only(held, "chosen"));
		if (held) {
			notify(notification);
		}
		this.index.add(subscription(chosen, "$share/group/news/#", Qos.EXACTLY_ONCE, true, 1));
		this.index.add(subscription(chosen, "#", Qos.AT_LEAST_ONCE, false, 2));
		this.index.add(subscription(chosen, "+", Qos.AT_MOST_ONCE, true, 3));
		this.router.subscribe(subscription(chosen, "news", Qos.AT_MOST_ONCE, false, 0), false, null);
		if (!held) {
			notify(notification);
		}
		await().until(() -> chosen.outbound.size() > 0);
		assertThat(chosen.outbound.unstored(Priority.NORMAL, false, 0, Long.MAX_VALUE, 10)).singleElement()
			.satisfies((copy) -> {
				assertThat(copy.subscriptionIds()).containsExactlyInAnyOrder(2, 3);
				assertThat(copy.retain()).isTrue();
				assertThat(copy.group).isNull();
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void isNotGivenWhatItPublishedWithNoLocal(boolean local) {
		Session chosen = session("chosen");
		this.index.add(subscription(chosen, "news", Qos.AT_LEAST_ONCE, false, 1));
		if (local) {
			subscribe(chosen, "+");
		}
		notify(TestMessages.notification(TestMessages.from("chosen", "news"), TestMessages.only(false, "chosen")));
		assertThat(chosen.outbound.unstored(Priority.NORMAL, false, 0, Long.MAX_VALUE, 10)).hasSize(local ? 1 : 0)
			.allSatisfy((copy) -> assertThat(copy.subscriptionIds()).isEmpty());
	}

}

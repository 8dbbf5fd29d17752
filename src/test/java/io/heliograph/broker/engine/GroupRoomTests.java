package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.heliograph.broker.engine.SessionSettings.QueueFull;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is done when a member of groups has room again, where there is much that waits.
 */
class GroupRoomTests {

	private static final int MANY = 500;

	private final CutStore store = new CutStore();

	private final TestEngine engine = new TestEngine(this.store, new MovedClock(), 0, TestEngines.KEEP_ALL);

	@AfterEach
	void close() {
		this.engine.close();
	}

	/** One that takes one copy at a time, and is kept. */
	private TestClient member(String id, String... filters) {
		TestClient member = this.engine.client(id);
		member.receiveMaximum(1);
		member.connect(Opening.NEVER);
		for (String filter : filters) {
			member.subscribe(filter);
		}
		return member;
	}

	/** Acknowledges what it has; returns what it is sent then, which is one copy. */
	private String next(TestClient member, int packetId) {
		member.acknowledge(packetId);
		List<Copy> copies = member.receive();
		for (int turns = 0; copies.isEmpty() && turns < MANY; turns++) {
			copies = member.receive();
		}
		assertThat(copies).hasSize(1);
		return copies.get(0).shared().message().topic().name();
	}

	private GroupMembers members(String group) {
		this.engine.settle();
		return this.engine.engine().groups().get(ShareableFilter.parse(group)).members();
	}

	@Test
	void wakesNoMoreGroupsThanThereIsRoomForEachInItsTurn() {
		String[] filters = new String[MANY];
		for (int i = 0; i < MANY; i++) {
			filters[i] = "$share/group/" + i;
		}
		TestClient member = member("member", filters);
		this.engine.publish(TestMessages.message("0"));
		member.receive();
		for (int round = 0; round < 2; round++) {
			for (int i = 0; i < MANY; i++) {
				this.engine.publish(TestMessages.message(String.valueOf(i)));
			}
		}
		this.engine.settle();
		int before = this.store.scans(Families.QUEUE);
		long position = this.store.position();
		List<String> topics = new ArrayList<>();
		for (int i = 0; i < 2 * MANY; i++) {
			topics.add(next(member, 1 + i));
		}
		assertThat(topics.subList(0, MANY)).doesNotHaveDuplicates();
		assertThat(topics.subList(MANY, 2 * MANY)).doesNotHaveDuplicates();
		assertThat(this.store.scans(Families.QUEUE) - before).isLessThan(12 * MANY);
		assertThat(this.store.position() - position).isLessThan(8 * MANY);
	}

	@Test
	void looksAtItsMembersAnewOnlyWhenTheyChange() {
		String group = "$share/group/+";
		List<TestClient> all = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			TestClient member = member("member" + i, group);
			all.add(member);
			this.engine.publish(TestMessages.message("first"));
		}
		for (TestClient member : all) {
			assertThat(member.receive()).hasSize(1);
		}
		this.engine.publish(TestMessages.message("0"));
		this.engine.publish(TestMessages.message("1"));
		GroupMembers members = members(group);
		for (int i = 0; i < MANY; i++) {
			this.engine.publish(TestMessages.message(String.valueOf(i + 2)));
			assertThat(next(all.get(i % 10), 1 + i / 10)).isEqualTo(String.valueOf(i));
			assertThat(members(group)).isSameAs(members);
		}
		TestClient another = member("another", group);
		assertThat(members(group)).isNotSameAs(members);
		assertThat(another.topics()).containsExactly(String.valueOf(MANY));
		all.get(0).leave();
		assertThat(next(all.get(1), 1 + MANY / 10)).isEqualTo(String.valueOf(MANY + 1));
	}

	@Test
	void asksAMemberOnceAboutWhatIsForOthers() {
		String group = "$share/group/+";
		TestClient away = member("away", group);
		away.leave();
		TestClient member = member("member", group);
		TestClient idle = member("idle", group);
		this.engine.access().denyReadTo("member", "others");
		this.engine.access().denyReadTo("idle", "#");
		this.engine.publish(TestMessages.message("its"));
		assertThat(member.topics()).containsExactly("its");
		for (int i = 0; i < MANY; i++) {
			this.engine.publish(TestMessages.message("others"));
		}
		for (int i = 0; i < MANY; i++) {
			this.engine.publish(TestMessages.message("its"));
		}
		this.engine.settle();
		int before = this.store.visits(Families.QUEUE);
		for (int i = 0; i < MANY; i++) {
			assertThat(next(member, 1 + i)).isEqualTo("its");
		}
		assertThat(this.store.visits(Families.QUEUE) - before).isLessThan(8 * MANY);
		assertThat(this.engine.queuedFor(group)).isEqualTo(MANY);
		assertThat(idle.receive()).isEmpty();
		away.connect(Opening.NEVER);
		assertThat(away.topics()).containsExactly("others");
		assertThat(next(away, 1)).isEqualTo("others");
	}

	/** It is asked about what comes though nothing that waits was for it before. */
	@Test
	void isToldOfWhatComesBehindWhatIsForOthers() {
		String group = "$share/group/+";
		TestClient away = member("away", group);
		away.leave();
		TestClient member = member("member", group, "own/+");
		this.engine.access().denyReadTo("member", "others");
		this.engine.publish(TestMessages.message("its0"));
		assertThat(member.topics()).containsExactly("its0");
		this.engine.publish(TestMessages.message("others"));
		this.engine.publish(TestMessages.message("its1"));
		// as the sweep does each minute
		this.engine.engine().groups().rulesChanged();
		this.engine.settle();
		assertThat(next(member, 1)).isEqualTo("its1");
		member.acknowledge(2);
		assertThat(member.topics()).isEmpty();
		this.engine.publish(TestMessages.message("own/1"));
		this.engine.publish(TestMessages.message("its2"));
		assertThat(member.topics()).containsExactly("own/1");
		assertThat(next(member, 3)).isEqualTo("its2");
	}

	/** It was asked about later ones while another had it. */
	@Test
	void isAskedAboutWhatComesBackFromAnother() {
		String group = "$share/group/+";
		TestClient guest = this.engine.client("guest");
		guest.receiveMaximum(1);
		guest.connect(0);
		guest.subscribe(group);
		TestClient member = member("member", group);
		for (int i = 0; i < 4; i++) {
			this.engine.publish(TestMessages.message(String.valueOf(i)));
		}
		String lent = guest.topics().get(0);
		String own = member.topics().get(0);
		assertThat(List.of(lent, own)).containsExactlyInAnyOrder("0", "1");
		assertThat(next(member, 1)).isEqualTo("2");
		guest.leave();
		assertThat(next(member, 2)).isEqualTo(lent);
		assertThat(next(member, 3)).isEqualTo("3");
	}

	/** It is there when the copy begins to wait, and was not when it was looked for. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void isAskedThoughItComesWhileACopyIsAboutToWait(boolean subscribes) {
		String group = "$share/group/+";
		member("away", group).leave();
		TestClient member = member("member");
		if (!subscribes) {
			member.subscribe(group);
			member.leave();
		}
		this.engine.settle();
		AtomicBoolean done = new AtomicBoolean();
		this.engine.access().beforeDeciding(() -> {
			boolean journal = Thread.currentThread().getName().equals("heliograph-journal");
			if (journal && done.compareAndSet(false, true)) {
				if (subscribes) {
					member.subscribe(group);
				}
				else {
					member.connect(Opening.NEVER);
				}
			}
		});
		this.engine.publish(TestMessages.message("t"));
		assertThat(member.topics()).containsExactly("t");
	}

	/** The ones that waited were all that it was watched for. */
	@Test
	void isToldOfALargeOneThatTookThePlaceOfAllOthers() {
		SessionSettings settings = new SessionSettings(1000, 0, DataSize.ofKilobytes(200), QueueFull.DROP_OLDEST);
		try (TestEngine small = new TestEngine(new TestAccess(), new MovedClock(), new MemoryStore(), settings, null,
				TestEngines.KEEP_ALL)) {
			TestClient member = small.client("member");
			member.receiveMaximum(1);
			member.connect(Opening.NEVER);
			member.subscribe("$share/group/+");
			small.publish(TestMessages.large("0", 5_000));
			assertThat(member.topics()).containsExactly("0");
			small.publish(TestMessages.large("1", 5_000));
			small.publish(TestMessages.large("2", 5_000));
			small.publish(TestMessages.large("3", 203_500));
			member.acknowledge(1);
			assertThat(member.topics()).containsExactly("3");
		}
	}

	/** It comes when some of those before were given to a member, who has room. */
	@Test
	void isGivenALargeOneThatTookThePlaceOfThoseNotLookedAt() {
		SessionSettings settings = new SessionSettings(1000, 0, DataSize.ofKilobytes(200), QueueFull.DROP_OLDEST);
		CutStore store = new CutStore();
		try (TestEngine small = new TestEngine(new TestAccess(), new MovedClock(), store, settings, null,
				TestEngines.KEEP_ALL)) {
			TestClient member = small.client("member");
			member.connect(Opening.NEVER);
			member.subscribe("$share/group/+");
			member.leave();
			for (int i = 0; i < 40; i++) {
				small.publish(TestMessages.large(String.valueOf(i), 1_000));
			}
			small.hold(store);
			member.connect(Opening.NEVER);
			// behind the first portion
			Inside.of(small.engine(), Journal.class, "journal").readAndWrite((batch) -> {
				small.engine().publish(List.of(TestMessages.large("large", 204_000)));
				return Change.NOTHING;
			});
			store.release(Integer.MAX_VALUE);
			assertThat(member.acknowledgedTopics()).containsExactly("large");
		}
	}

	/** What is held again leaves its place in the window to what waits for a group. */
	@Test
	void isAskedWhenWhatItHadIsHeldAgain() {
		String group = "$share/group/+";
		TestClient member = member("member", group, "own");
		this.engine.notify(TestMessages.held("own", "member"));
		this.engine.publish(TestMessages.message("its"));
		assertThat(this.engine.queuedFor(group)).as("it waits for room").isEqualTo(1);
		member.unsubscribe("own");
		assertThat(member.topics()).containsExactly("its");
	}

	/** Others have their turn meanwhile, and what comes waits behind the rest. */
	@Test
	void takesInOrderMoreThanIsGivenInOneTurn() {
		CutStore wideStore = new CutStore();
		SessionSettings wide = new SessionSettings(MANY, 0, DataSize.ofBytes(0), QueueFull.REFUSE_NEWEST);
		try (TestEngine wideEngine = new TestEngine(new TestAccess(), new MovedClock(), wideStore, wide, null,
				TestEngines.KEEP_ALL)) {
			TestClient member = wideEngine.client("member");
			member.connect(Opening.NEVER);
			member.subscribe("$share/group/+");
			TestClient guest = wideEngine.client("guest");
			guest.connect(0);
			guest.subscribe("$share/group/+");
			wideEngine.access().denyReadTo("guest", "#");
			List<String> topics = new ArrayList<>();
			for (int i = 0; i < 2 * MANY; i++) {
				topics.add(String.valueOf(i));
				wideEngine.publish(TestMessages.message(topics.get(i)));
			}
			List<Copy> first = member.receive();
			assertThat(first).hasSize(MANY);
			wideEngine.hold(wideStore);
			first.forEach(member::acknowledge);
			topics.add("last");
			wideEngine.engine().publish(List.of(TestMessages.message("last")));
			wideStore.release(Integer.MAX_VALUE);
			List<String> received = new ArrayList<>(topics.subList(0, MANY));
			received.addAll(member.acknowledgedTopics());
			assertThat(received).isEqualTo(topics);
		}
	}

}

package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

import io.heliograph.broker.Delivery;
import io.heliograph.broker.DropReason;
import io.heliograph.broker.Fate;
import io.heliograph.broker.engine.SessionSettings.QueueFull;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An engine with devices of all kinds, kept ones and guests of two groups, and what must
 * hold whatever is done to it: what {@link ModelSteps} does, and when the power is cut.
 */
final class Model implements AutoCloseable {

	static final long FOR_LONG = 360_000;

	static final List<String> GROUPS = List.of("$share/a/m/+", "$share/b/m/#");

	/** What each device is subscribed to for itself, if it is. */
	static final String OWN = "m/+";

	/** What is held for those who are not subscribed to it. */
	static final String HELD = "h/+";

	private static final Set<String> EMPTY_IN_THE_END = Set.of("due", "expiry", "queue", "message", "released",
			"unstored", "ended", "held");

	private static final int SHOWN = 400;

	final Random random;

	final int maxQueued;

	final MovedClock clock = new MovedClock();

	private final QueueFull queueFull;

	private final TestAccess access = new TestAccess();

	private final Map<String, ModelMessage> messages = new LinkedHashMap<>();

	private final List<String> log = new ArrayList<>();

	LaggingStore store = new LaggingStore(List.of());

	TestEngine engine;

	final List<ModelDevice> devices = new ArrayList<>();

	/** How often the power was cut. */
	int cuts;

	/** Whether a process ended while guests had copies: others get those. */
	private boolean guestsWereCut;

	/**
	 * @param maxQueued how many copies have room in each queue, 0 for all
	 */
	Model(long seed, int maxQueued, QueueFull queueFull) {
		this.random = new Random(seed);
		this.maxQueued = maxQueued;
		this.queueFull = queueFull;
		this.engine = open();
		for (String id : List.of("kept1", "kept2", "kept3", "guest1", "guest2")) {
			this.devices.add(new ModelDevice(this, id, id.startsWith("kept")));
		}
	}

	private TestEngine open() {
		return new TestEngine(this.access, this.clock, this.store, TestEngines.sessions(this.maxQueued, this.queueFull),
				null, TestEngines.KEEP_ALL);
	}

	void note(String what) {
		this.log.add(what);
	}

	/** What was done last. */
	List<String> log() {
		return this.log.subList(Math.max(0, this.log.size() - SHOWN), this.log.size());
	}

	ModelMessage message(String topic) {
		return Objects.requireNonNull(this.messages.get(topic), topic);
	}

	List<ModelMessage> messages() {
		return new ArrayList<>(this.messages.values());
	}

	void add(ModelMessage message) {
		this.messages.put(message.topic(), message);
		note("publish " + message);
	}

	boolean isMember(String group, ModelDevice device) {
		return device.subscriptions.contains(group) && (device.kept || device.connected);
	}

	/** The session of a device is to end, and another begins. */
	void abandoned(ModelDevice device) {
		for (ModelMessage message : this.messages.values()) {
			message.again = true;
			message.most++;
			if (!message.topic().startsWith("h")) {
				message.own.remove(device.id);
			}
			if (message.isQos2()) {
				// what was sent of it goes to no other
				message.groups.clear();
			}
		}
	}

	/** Where nobody who is kept is left, what waits may end. */
	void membersLeft() {
		for (String group : GROUPS) {
			if (this.devices.stream().noneMatch((device) -> device.kept && device.subscriptions.contains(group))) {
				this.messages.values().forEach((message) -> message.groups.remove(group));
			}
		}
	}

	/** The engine is closed, and another one opened. */
	void restart() {
		note("restart");
		this.store.syncAll();
		this.engine.close();
		reopen();
	}

	/** The power is cut: what is not durable is lost. */
	void cut() {
		note("cut");
		this.cuts++;
		LaggingStore left = new LaggingStore(this.store.cut());
		this.engine.close();
		this.store = left;
		reopen();
	}

	private void reopen() {
		this.guestsWereCut |= this.devices.stream().anyMatch((device) -> !device.kept && device.connected);
		this.engine = open();
		this.devices.forEach(ModelDevice::restarted);
		look();
	}

	/** Nothing contradicts itself, and what was over before is so still. */
	void look() {
		this.store.syncAll();
		this.engine.audit();
		for (ModelMessage message : this.messages.values()) {
			for (Delivery delivery : deliveries(message)) {
				if (isOver(delivery)) {
					String owner = (delivery.group() != null) ? delivery.group() : String.valueOf(delivery.client());
					String before = message.over.putIfAbsent(owner, TestEngine.text(delivery));
					assertThat(TestEngine.text(delivery)).as("the fate of %s", message)
						.isIn(before, message.over.get(owner));
				}
			}
		}
	}

	private List<Delivery> deliveries(ModelMessage message) {
		return (message.notification == null) ? List.of()
				: this.engine.engine().ledger().deliveries(message.message.id(), null, null, 1000).items();
	}

	/** All kept devices take what there is for them, and what must have come came. */
	void end() {
		note("end");
		this.store.syncAll();
		this.devices.stream().filter((device) -> !device.kept && device.connected).forEach(ModelDevice::leave);
		if (this.random.nextBoolean()) {
			restart();
		}
		List<ModelDevice> kept = this.devices.stream().filter((device) -> device.kept).toList();
		kept.forEach((device) -> {
			device.connect(20);
			device.subscribe(HELD);
		});
		boolean any = true;
		while (any) {
			any = false;
			this.engine.settle();
			for (ModelDevice device : kept) {
				device.take(device.client.packets());
				any |= device.hasDue();
				device.answer(Integer.MAX_VALUE, this.random);
				this.engine.settle();
				device.take(List.of());
				any |= device.hasDue();
			}
		}
		look();
		this.messages.values().forEach(this::came);
		isNothingLeft();
		look();
		this.messages.values().forEach(this::isOver);
	}

	private void isNothingLeft() {
		this.clock.move(Duration.ofHours(3));
		await().atMost(Duration.ofSeconds(10))
			.until(() -> this.engine.families().stream().filter(EMPTY_IN_THE_END::contains).toList(), List::isEmpty);
	}

	private void came(ModelMessage message) {
		Map<String, Delivery> fates = new HashMap<>();
		for (Delivery delivery : deliveries(message)) {
			fates.put((delivery.group() != null) ? delivery.group() : String.valueOf(delivery.client()), delivery);
		}
		if (message.isTaken()) {
			for (String owner : message.own) {
				boolean came = message.accepted.containsKey(owner);
				assertThat(came || isExplained(message, fates.get(owner)))
					.as("%s came to %s: %s", message, owner, fates)
					.isTrue();
			}
			int least = message.own.size() + message.groups.size();
			int written = message.written.values().stream().mapToInt(Integer::intValue).sum();
			boolean explained = message.groups.stream().anyMatch((group) -> isExplained(message, fates.get(group)));
			assertThat(written >= least || explained || message.mayBeNowhere() || this.maxQueued > 0)
				.as("%s was written %s times of %s: %s", message, written, least, fates)
				.isTrue();
		}
		isNotTwice(message);
	}

	/** The ledger says so where there is one. */
	private boolean isExplained(ModelMessage message, @Nullable Delivery delivery) {
		if (delivery == null) {
			return message.notification == null && (message.mayBeNowhere() || this.maxQueued > 0);
		}
		return message.explains(delivery.fate()) || message.message.qos() == Qos.AT_MOST_ONCE
				|| (delivery.reason() == DropReason.QUEUE_FULL && this.maxQueued > 0);
	}

	private void isNotTwice(ModelMessage message) {
		if (!message.isQos2() || message.again) {
			return;
		}
		int accepted = 0;
		for (ModelDevice device : this.devices) {
			// after a kill another may get what a guest had
			accepted += (device.kept || !this.guestsWereCut) ? message.accepted.getOrDefault(device.id, 0) : 0;
		}
		assertThat(accepted).as("%s came once to each", message).isLessThanOrEqualTo(message.most);
	}

	/** What is in a window is shown as sent, too. */
	private static boolean isOver(Delivery delivery) {
		return delivery.fate().terminal() && (delivery.fate() != Fate.SENT || delivery.qos() == Qos.AT_MOST_ONCE);
	}

	/** What was acknowledged is so, and nothing waits. */
	private void isOver(ModelMessage message) {
		for (Delivery delivery : deliveries(message)) {
			assertThat(isOver(delivery)).as("%s is over: %s", message, delivery).isTrue();
			boolean acked = delivery.fate() == Fate.ACKED;
			assertThat(!acked || message.acknowledged.contains(String.valueOf(delivery.client())))
				.as("%s was acknowledged: %s", message, delivery)
				.isTrue();
		}
	}

	@Override
	public void close() {
		this.store.syncAll();
		this.engine.close();
	}

}

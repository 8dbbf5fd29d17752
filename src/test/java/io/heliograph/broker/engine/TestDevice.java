package io.heliograph.broker.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.heliograph.broker.Message;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;

/**
 * A device with an {@link Outbound} and without a network, which may read all topics but
 * some. Not thread-safe.
 */
final class TestDevice {

	private static final int[] NO_IDENTIFIERS = {};

	private final Drops drops = new Drops();

	private final RecordingWriter writer = new RecordingWriter();

	private final Set<String> unreadable = new HashSet<>();

	private final Outbound outbound;

	private TestLink link = new TestLink();

	private final MovedClock clock = new MovedClock();

	private boolean full;

	private boolean rulesFail;

	/** One that is away, and in no group. */
	TestDevice(int maxQueued) {
		this.outbound = new Outbound(maxQueued, this.drops, this.clock);
	}

	Outbound outbound() {
		return this.outbound;
	}

	RecordingWriter writer() {
		return this.writer;
	}

	/** Its connection, or the last one if it is away. */
	TestLink link() {
		return this.link;
	}

	/**
	 * What was not delivered, by cause; those of which there was nothing are left out.
	 */
	Map<String, Long> drops() {
		return TestEngine.counted(this.drops);
	}

	void denyRead(String topic) {
		this.unreadable.add(topic);
	}

	void letRulesFail(boolean fail) {
		this.rulesFail = fail;
	}

	MovedClock clock() {
		return this.clock;
	}

	/** Connects, in the place of the connection before if there is one. */
	void attach(int receiveMaximum) {
		this.link = new TestLink();
		this.outbound.attach(this.link, receiveMaximum);
	}

	void offer(Qos qos, String... topics) {
		for (String topic : topics) {
			offer(TestMessages.message(topic, qos));
		}
	}

	void offer(Message message) {
		Drop drop = this.outbound
			.offer(new Copy(SharedMessage.of(message), message.qos(), false, NO_IDENTIFIERS, null));
		if (drop != null) {
			this.drops.count(drop);
		}
	}

	/** Lets what may be written be written; returns the packets. */
	List<String> pump() {
		this.full = this.outbound.pump(this.link, this.writer, this.clock.instant(), this::mayRead).more();
		return this.writer.packets();
	}

	/** Whether there was more at the last pump than the writer took. */
	boolean wasFull() {
		return this.full;
	}

	private boolean mayRead(SharedMessage shared) {
		if (this.rulesFail) {
			throw new IllegalStateException("a defect in the rules");
		}
		return !this.unreadable.contains(shared.message().topic().name());
	}

	boolean puback(int packetId) {
		return this.outbound.acknowledged(this.link, packetId, false);
	}

	boolean pubrec(int packetId) {
		return this.outbound.received(this.link, packetId, false);
	}

	boolean pubackRefusing(int packetId) {
		return this.outbound.acknowledged(this.link, packetId, true);
	}

	boolean pubrecRefusing(int packetId) {
		return this.outbound.received(this.link, packetId, true);
	}

	boolean pubcomp(int packetId) {
		return this.outbound.completed(this.link, packetId);
	}

}

package io.heliograph.broker.engine;

import org.junit.jupiter.api.Test;

import static io.heliograph.mqtt.Qos.AT_LEAST_ONCE;
import static io.heliograph.mqtt.Qos.AT_MOST_ONCE;
import static io.heliograph.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/** What was sent to a device and is not acknowledged. */
class OutboundWindowTests {

	private final TestDevice device = new TestDevice(0);

	@Test
	void isNeverMoreThanTheReceiveMaximum() {
		this.device.attach(2);
		this.device.offer(AT_LEAST_ONCE, "a", "b", "c", "d");
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a", "PUBLISH 2 b");
		assertThat(this.device.wasFull()).as("what fills up is not the writer").isFalse();
		assertThat(this.device.pump()).isEmpty();
		this.device.puback(2);
		assertThat(this.device.pump()).containsExactly("PUBLISH 3 c");
		this.device.puback(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 4 d");
	}

	@Test
	void takesItsPlaceUntilPubcompIfItIsOfQos2() {
		this.device.attach(1);
		this.device.offer(EXACTLY_ONCE, "a", "b");
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a");
		assertThat(this.device.pubrec(1)).isTrue();
		assertThat(this.device.pump()).isEmpty();
		assertThat(this.device.pubcomp(1)).isTrue();
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b");
	}

	@Test
	void isNothingOfQos0() {
		this.device.attach(1);
		this.device.offer(AT_MOST_ONCE, "a", "b");
		this.device.offer(AT_LEAST_ONCE, "c");
		this.device.offer(AT_MOST_ONCE, "d");
		assertThat(this.device.pump()).containsExactly("PUBLISH 0 a", "PUBLISH 0 b", "PUBLISH 1 c", "PUBLISH 0 d");
		assertThat(this.device.size()).isEqualTo(1);
	}

	@Test
	void isPassedByNothingThatWaitsForAPlace() {
		this.device.attach(1);
		this.device.offer(AT_LEAST_ONCE, "a", "b");
		this.device.offer(AT_MOST_ONCE, "c");
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a");
		this.device.puback(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b", "PUBLISH 0 c");
	}

	@Test
	void isSettledByAPubrecWithAnError() {
		this.device.attach(1);
		this.device.offer(EXACTLY_ONCE, "a", "b");
		this.device.pump();
		assertThat(this.device.pubrecRefusing(1)).as("whether PUBREL is due").isFalse();
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b");
		this.device.attach(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b DUP");
		assertThat(this.device.drops()).containsExactly(entry("refused", 1L));
	}

	@Test
	void isSettledByAPubackWithAnError() {
		this.device.attach(1);
		this.device.offer(AT_LEAST_ONCE, "a", "b");
		this.device.pump();
		this.device.pubackRefusing(1);
		this.device.pubackRefusing(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b");
		assertThat(this.device.drops()).containsExactly(entry("refused", 1L));
	}

	@Test
	void isNotCountedAsRefusedOnceItWasReceived() {
		this.device.attach(1);
		this.device.offer(EXACTLY_ONCE, "a");
		this.device.pump();
		this.device.pubrec(1);
		this.device.pubrecRefusing(1);
		assertThat(this.device.pubcomp(1)).as("whether something waits").isFalse();
		assertThat(this.device.drops()).isEmpty();
	}

	@Test
	void isReleasedAgainIfPubrecComesAgain() {
		this.device.attach(1);
		this.device.offer(EXACTLY_ONCE, "a");
		this.device.pump();
		this.device.pubrec(1);
		assertThat(this.device.pubrec(1)).isTrue();
		this.device.pubcomp(1);
		assertThat(this.device.pubrec(1)).isFalse();
	}

	@Test
	void isNotSettledByWhatAcknowledgesAnotherQos() {
		twoWithoutRoomForTheThird();
		this.device.puback(2);
		assertThat(this.device.pubrec(1)).isFalse();
		assertThat(this.device.pubrecRefusing(1)).isFalse();
		assertThat(this.device.pubcomp(1)).isFalse();
		remainsUnsettled();
	}

	@Test
	void isNotSettledByPubcompBeforePubrec() {
		this.device.attach(1);
		this.device.offer(EXACTLY_ONCE, "a", "b");
		this.device.pump();
		assertThat(this.device.pubcomp(1)).isFalse();
		assertThat(this.device.pump()).isEmpty();
		assertThat(this.device.pubrec(1)).isTrue();
	}

	@Test
	void isNotSettledByAnUnknownPacketId() {
		twoWithoutRoomForTheThird();
		this.device.puback(3);
		assertThat(this.device.pubrec(3)).isFalse();
		assertThat(this.device.pubrecRefusing(3)).isFalse();
		assertThat(this.device.pubcomp(3)).isFalse();
		remainsUnsettled();
	}

	@Test
	void isNotSettledTwice() {
		this.device.attach(1);
		this.device.offer(AT_LEAST_ONCE, "a", "b", "c");
		this.device.pump();
		this.device.puback(1);
		this.device.puback(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b");
	}

	@Test
	void isNotSettledByAFormerConnection() {
		this.device.attach(2);
		TestLink former = this.device.link();
		twoWithoutRoomForTheThird();
		Outbound outbound = this.device.outbound();
		assertThat(outbound.acknowledged(former, 1, false)).isFalse();
		assertThat(outbound.acknowledged(former, 1, true)).isFalse();
		assertThat(outbound.received(former, 2, false)).isNull();
		assertThat(outbound.received(former, 2, true)).isNull();
		this.device.pubrec(2);
		assertThat(outbound.completed(former, 2)).isFalse();
		assertThat(this.device.pump()).isEmpty();
		this.device.attach(2);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP", "PUBREL 2", "PUBLISH 3 c");
		assertThat(this.device.drops()).isEmpty();
	}

	/** Of QoS 1, 2 and 1. */
	private void twoWithoutRoomForTheThird() {
		this.device.attach(2);
		this.device.offer(AT_LEAST_ONCE, "a");
		this.device.offer(EXACTLY_ONCE, "b");
		this.device.offer(AT_LEAST_ONCE, "c");
		this.device.pump();
	}

	private void remainsUnsettled() {
		assertThat(this.device.pump()).as("no place got free").isEmpty();
		this.device.attach(2);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP", "PUBLISH 2 b DUP");
	}

	@Test
	void saysAtItsEndWhetherSomethingWaitsForItsPlace() {
		this.device.attach(1);
		this.device.offer(AT_LEAST_ONCE, "a");
		this.device.offer(EXACTLY_ONCE, "b", "c");
		this.device.pump();
		assertThat(this.device.puback(1)).isTrue();
		this.device.pump();
		this.device.pubrec(2);
		assertThat(this.device.pubcomp(2)).isTrue();
		this.device.pump();
		this.device.pubrec(3);
		assertThat(this.device.pubcomp(3)).isFalse();
	}

	@Test
	void keepsItsPacketIdFromOthers() {
		this.device.attach(Copy.NORMAL_IDS);
		this.device.offer(AT_LEAST_ONCE, "held");
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 held");
		for (int packetId = 2; packetId <= Copy.NORMAL_IDS; packetId++) {
			this.device.offer(AT_LEAST_ONCE, "other");
			assertThat(this.device.pump()).containsExactly("PUBLISH " + packetId + " other");
			this.device.puback(packetId);
		}
		this.device.offer(AT_LEAST_ONCE, "next");
		assertThat(this.device.pump()).isEmpty();
		assertThat(this.device.puback(1)).isTrue();
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 next");
	}

}

package io.heliograph.broker.engine;

import java.time.Duration;

import io.heliograph.mqtt.Qos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.heliograph.mqtt.Qos.AT_LEAST_ONCE;
import static io.heliograph.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

/** What a device has not acknowledged when it connects again. */
class OutboundResendTests {

	private final TestDevice device = new TestDevice(0);

	/** Sends on a connection that ends then. */
	private void sent(Qos qos, String... topics) {
		this.device.attach(20);
		this.device.offer(qos, topics);
		this.device.pump();
		this.device.detach();
	}

	@Test
	void comesFirstAndInOrderWithItsPacketIdAndDup() {
		this.device.attach(20);
		this.device.offer(AT_LEAST_ONCE, "a", "b");
		this.device.offer(EXACTLY_ONCE, "c");
		this.device.pump();
		this.device.detach();
		this.device.offer(AT_LEAST_ONCE, "d");
		this.device.attach(20);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP", "PUBLISH 2 b DUP", "PUBLISH 3 c DUP",
				"PUBLISH 4 d");
		assertThat(this.device.pump()).isEmpty();
	}

	@Test
	void isNotWhatWasAcknowledged() {
		sent(AT_LEAST_ONCE, "a", "b", "c");
		this.device.attach(20);
		this.device.pump();
		this.device.puback(2);
		this.device.attach(20);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP", "PUBLISH 3 c DUP");
	}

	@Test
	void waitsForThePlacesOfASmallerReceiveMaximum() {
		sent(AT_LEAST_ONCE, "a", "b", "c");
		this.device.attach(2);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP", "PUBLISH 2 b DUP");
		assertThat(this.device.puback(1)).isTrue();
		assertThat(this.device.pump()).containsExactly("PUBLISH 3 c DUP");
		this.device.offer(AT_LEAST_ONCE, "d");
		assertThat(this.device.pump()).isEmpty();
	}

	@Test
	void isOnlyReleasedIfItWasReceived() {
		this.device.attach(20);
		this.device.offer(EXACTLY_ONCE, "a", "b");
		this.device.pump();
		this.device.pubrec(2);
		this.device.attach(1);
		this.device.offer(AT_LEAST_ONCE, "c");
		assertThat(this.device.pump()).as("it takes no place").containsExactly("PUBLISH 1 a DUP", "PUBREL 2");
		this.device.pubcomp(2);
		assertThat(this.device.pump()).as("it frees none").isEmpty();
	}

	@Test
	void comesThoughItHasExpired() {
		this.device.attach(20);
		this.device.offer(TestMessages.expiring("a", this.device.clock().instant().plusSeconds(1)));
		this.device.pump();
		this.device.clock().move(Duration.ofSeconds(1));
		this.device.attach(20);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP");
		assertThat(this.device.drops()).isEmpty();
	}

	@Test
	void isDroppedIfItMayNotBeReadAnyMore() {
		sent(AT_LEAST_ONCE, "a", "b");
		this.device.denyRead("a");
		isDroppedWithoutTakingAPlace("denied");
	}

	@Test
	void isDroppedIfItIsTooLargeForTheNewConnection() {
		sent(AT_LEAST_ONCE, "a", "b");
		this.device.writer().isTooSmallFor("a");
		isDroppedWithoutTakingAPlace("too-large");
	}

	private void isDroppedWithoutTakingAPlace(String why) {
		this.device.attach(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b DUP");
		assertThat(this.device.drops()).containsExactly(entry(why, 1L));
		assertThat(this.device.size()).isEqualTo(1);
	}

	@Test
	void isReleasedIfItIsOfQos2AndMayNotBeReadAnyMore() {
		sent(EXACTLY_ONCE, "a");
		this.device.denyRead("a");
		isReleasedAndKeepsItsPacketId("denied");
	}

	@Test
	void isReleasedIfItIsOfQos2AndTooLargeForTheNewConnection() {
		sent(EXACTLY_ONCE, "a");
		this.device.writer().isTooSmallFor("a");
		isReleasedAndKeepsItsPacketId("too-large");
	}

	private void isReleasedAndKeepsItsPacketId(String why) {
		this.device.attach(1);
		assertThat(this.device.pump()).containsExactly("PUBREL 1");
		assertThat(this.device.drops()).containsExactly(entry(why, 1L));
		for (int packetId = 2; packetId <= Copy.NORMAL_IDS; packetId++) {
			this.device.offer(AT_LEAST_ONCE, "b");
			assertThat(this.device.pump()).containsExactly("PUBLISH " + packetId + " b");
			this.device.puback(packetId);
		}
		this.device.offer(AT_LEAST_ONCE, "c");
		assertThat(this.device.pump()).isEmpty();
		this.device.attach(1);
		assertThat(this.device.pump()).as("on the next connection").containsExactly("PUBREL 1");
		assertThat(this.device.pubcomp(1)).isTrue();
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 c");
		assertThat(this.device.drops()).containsExactly(entry(why, 1L));
	}

	@Test
	void isNotSentIfItIsAcknowledgedBeforeItsTurn() {
		sent(AT_LEAST_ONCE, "a", "b", "c");
		this.device.attach(1);
		this.device.pump();
		this.device.puback(2);
		assertThat(this.device.pump()).as("it had no place that gets free").isEmpty();
		this.device.puback(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 3 c DUP");
	}

	@Test
	void isReleasedOnceIfItIsReceivedBeforeItsTurn() {
		sent(EXACTLY_ONCE, "a", "b", "c");
		this.device.attach(1);
		this.device.pump();
		assertThat(this.device.pubrec(2)).as("whether PUBREL is due").isTrue();
		assertThat(this.device.pump()).isEmpty();
		this.device.pubcomp(2);
		assertThat(this.device.pump()).isEmpty();
		this.device.pubrecRefusing(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 3 c DUP");
	}

	@Test
	void goesOnWhereTheWriterWasFull() {
		sent(AT_LEAST_ONCE, "a", "b", "c");
		this.device.writer().room(2);
		this.device.attach(20);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP", "PUBLISH 2 b DUP");
		assertThat(this.device.wasFull()).isTrue();
		assertThat(this.device.pump()).containsExactly("PUBLISH 3 c DUP");
		assertThat(this.device.wasFull()).isFalse();
	}

	@Test
	void comesOnceOnEachConnection() {
		sent(AT_LEAST_ONCE, "a", "b");
		this.device.writer().room(1);
		this.device.attach(20);
		this.device.pump();
		this.device.writer().room(20);
		this.device.attach(20);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP", "PUBLISH 2 b DUP");
	}

	@ParameterizedTest
	@EnumSource(names = { "AT_LEAST_ONCE", "EXACTLY_ONCE" })
	void comesOnTheNextConnectionIfTheRulesFail(Qos qos) {
		sent(qos, "a", "b");
		this.device.letRulesFail(true);
		this.device.attach(20);
		assertThatIllegalStateException().isThrownBy(this.device::pump);
		this.device.letRulesFail(false);
		comesOnTheNextConnection();
	}

	@ParameterizedTest
	@EnumSource(names = { "AT_LEAST_ONCE", "EXACTLY_ONCE" })
	void comesOnTheNextConnectionIfTheWriterFails(Qos qos) {
		sent(qos, "a", "b");
		this.device.writer().failAt("a");
		this.device.attach(20);
		assertThatIllegalStateException().isThrownBy(this.device::pump);
		this.device.writer().failNowhere();
		comesOnTheNextConnection();
	}

	private void comesOnTheNextConnection() {
		this.device.attach(20);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a DUP", "PUBLISH 2 b DUP");
		assertThat(this.device.drops()).isEmpty();
	}

	@Test
	void isGoneOnceTheSessionHasEnded() {
		sent(AT_LEAST_ONCE, "a", "b");
		this.device.attach(20);
		this.device.end();
		this.device.attach(20);
		assertThat(this.device.pump()).isEmpty();
		assertThat(this.device.drops()).containsExactly(entry("session-ended", 2L));
	}

	@Test
	void isCountedAtTheEndOfTheSessionOnlyIfItWasNotReceived() {
		sent(EXACTLY_ONCE, "a", "b", "c");
		this.device.attach(20);
		this.device.denyRead("b");
		this.device.pump();
		this.device.pubrec(1);
		this.device.end();
		assertThat(this.device.drops()).containsOnly(entry("denied", 1L), entry("session-ended", 1L));
	}

}

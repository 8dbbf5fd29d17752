package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;

import io.heliograph.account.Decision;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.Queued;
import org.junit.jupiter.api.Test;

import static io.heliograph.mqtt.Qos.AT_LEAST_ONCE;
import static io.heliograph.mqtt.Qos.AT_MOST_ONCE;
import static io.heliograph.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

/** What waits for a device. */
class OutboundQueueTests {

	private static final int MAX_QUEUED = 3;

	/** What each message counts for: overhead, a topic and a payload of one byte. */
	private static final int SIZE = SharedMessage.of(TestMessages.message("a")).size();

	private final TestDevice device = new TestDevice(MAX_QUEUED);

	@Test
	void comesInTheOrderInWhichItWasPublished() {
		this.device.offer(AT_LEAST_ONCE, "a");
		this.device.attach(20);
		this.device.offer(AT_MOST_ONCE, "b");
		this.device.offer(EXACTLY_ONCE, "c");
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a", "PUBLISH 0 b", "PUBLISH 2 c");
		assertThat(this.device.pump()).isEmpty();
	}

	@Test
	void wakesTheConnection() {
		this.device.attach(20);
		this.device.offer(AT_LEAST_ONCE, "a", "b");
		assertThat(this.device.link().wakes()).isEqualTo(2);
	}

	@Test
	void isRefusedOnceTheQueueIsFull() {
		this.device.offer(AT_LEAST_ONCE, "a", "b", "c", "d");
		this.device.attach(20);
		assertThat(this.device.drops()).containsExactly(entry("queue-full", 1L));
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a", "PUBLISH 2 b", "PUBLISH 3 c");
	}

	@Test
	void wakesNothingIfItIsRefused() {
		this.device.attach(1);
		this.device.offer(AT_LEAST_ONCE, "a", "b", "c", "d", "e", "f");
		assertThat(this.device.link().wakes()).isEqualTo(1 + MAX_QUEUED);
	}

	@Test
	void hasItsPlaceUntilItIsSent() {
		this.device.offer(AT_LEAST_ONCE, "a", "b", "c");
		this.device.attach(2);
		this.device.pump();
		this.device.offer(AT_LEAST_ONCE, "d", "e", "f");
		assertThat(this.device.drops()).containsExactly(entry("queue-full", 1L));
	}

	@Test
	void hasNoLimitIfThatIsZero() {
		TestDevice unlimited = new TestDevice(0);
		unlimited.offer(AT_LEAST_ONCE, "a", "b", "c", "d");
		assertThat(unlimited.size()).isEqualTo(4);
		assertThat(unlimited.drops()).isEmpty();
	}

	@Test
	void isNothingOfQos0WhileTheDeviceIsAway() {
		this.device.offer(AT_MOST_ONCE, "a");
		assertThat(this.device.drops()).containsExactly(entry("offline", 1L));
		this.device.attach(20);
		assertThat(this.device.pump()).isEmpty();
	}

	@Test
	void isLostWithTheConnectionIfItIsOfQos0() {
		this.device.attach(20);
		this.device.offer(AT_MOST_ONCE, "a");
		this.device.offer(AT_LEAST_ONCE, "b");
		this.device.offer(AT_MOST_ONCE, "c");
		this.device.detach();
		assertThat(this.device.drops()).containsExactly(entry("offline", 2L));
		this.device.attach(20);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 b");
	}

	@Test
	void isKeptForAConnectionThatTakesOverThoughItIsOfQos0() {
		this.device.attach(20);
		this.device.offer(AT_MOST_ONCE, "a");
		this.device.attach(20);
		assertThat(this.device.pump()).containsExactly("PUBLISH 0 a");
	}

	@Test
	void isNotWrittenToAFormerConnection() {
		this.device.attach(20);
		TestLink former = this.device.link();
		this.device.attach(20);
		this.device.offer(AT_LEAST_ONCE, "a");
		assertThat(this.device.outbound()
			.pump(former, this.device.writer(), Instant.EPOCH, (shared) -> new Decision(true, null))).isFalse();
		assertThat(this.device.writer().packets()).isEmpty();
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a");
	}

	@Test
	void isNotWrittenToAConnectionThatEnded() {
		this.device.attach(20);
		this.device.offer(AT_LEAST_ONCE, "a");
		this.device.detach();
		assertThat(this.device.pump()).isEmpty();
		assertThat(this.device.size()).isEqualTo(1);
	}

	@Test
	void isDroppedIfItHasExpired() {
		offerExpiring("a", 10_000);
		offerExpiring("b", 10_001);
		this.device.attach(1);
		this.device.clock().move(Duration.ofSeconds(10));
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b");
		assertThat(this.device.drops()).containsExactly(entry("expired", 1L));
	}

	private void offerExpiring(String topic, long millis) {
		offerExpiring(this.device, topic, millis);
	}

	private static void offerExpiring(TestDevice device, String topic, long millis) {
		device.offer(TestMessages.expiring(topic, device.clock().instant().plusMillis(millis)));
	}

	@Test
	void takesThePlaceOfThoseThatHaveExpired() {
		TestDevice unstored = TestDevice.notStored(MAX_QUEUED);
		unstored.attach(1);
		unstored.offer(AT_MOST_ONCE, "a");
		offerExpiring(unstored, "b", 10_000);
		offerExpiring(unstored, "c", 20_000);
		offerExpiring(unstored, "d", 20_000);
		offerExpiring(unstored, "in flight", 20_000);
		unstored.offer(AT_LEAST_ONCE, "e");
		assertThat(unstored.drops()).containsExactly(entry("queue-full", 1L));
		unstored.clock().move(Duration.ofSeconds(10));
		unstored.offer(AT_LEAST_ONCE, "f", "g");
		assertThat(unstored.drops()).containsOnly(entry("queue-full", 2L), entry("expired", 1L));
		unstored.clock().move(Duration.ofSeconds(10));
		unstored.offer(AT_LEAST_ONCE, "h", "i", "j", "k");
		assertThat(unstored.drops()).containsOnly(entry("queue-full", 3L), entry("expired", 4L));
		assertThat(unstored.pump()).containsExactly("PUBLISH 0 a", "PUBLISH 5 f");
	}

	/** To look for those takes long. */
	@Test
	void takesThePlaceOfThoseThatHaveExpiredBehindOthersEachTenSeconds() {
		TestDevice unstored = TestDevice.notStored(MAX_QUEUED);
		unstored.offer(AT_LEAST_ONCE, "a");
		offerExpiring(unstored, "b", 1_000);
		offerExpiring(unstored, "c", 2_000);
		unstored.clock().move(Duration.ofSeconds(1));
		unstored.offer(AT_LEAST_ONCE, "d");
		assertThat(unstored.drops()).containsOnly(entry("expired", 1L));
		unstored.clock().move(Duration.ofSeconds(9));
		unstored.offer(AT_LEAST_ONCE, "e");
		assertThat(unstored.drops()).containsOnly(entry("expired", 1L), entry("queue-full", 1L));
		unstored.clock().move(Duration.ofSeconds(1));
		unstored.offer(AT_LEAST_ONCE, "f");
		assertThat(unstored.drops()).containsOnly(entry("expired", 2L), entry("queue-full", 1L));
	}

	@Test
	void isDroppedIfItMayNotBeRead() {
		this.device.denyRead("a");
		this.device.offer(AT_LEAST_ONCE, "a", "b");
		this.device.attach(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b");
		assertThat(this.device.drops()).containsExactly(entry("denied", 1L));
	}

	@Test
	void isDroppedIfItIsTooLarge() {
		this.device.writer().isTooSmallFor("a");
		this.device.offer(AT_LEAST_ONCE, "a", "b");
		this.device.attach(1);
		assertThat(this.device.pump()).containsExactly("PUBLISH 2 b");
		assertThat(this.device.drops()).containsExactly(entry("too-large", 1L));
		this.device.puback(2);
		assertThat(this.device.size()).isZero();
	}

	@Test
	void staysWhileTheWriterIsFull() {
		this.device.attach(20);
		this.device.offer(AT_LEAST_ONCE, "a", "b", "c");
		this.device.writer().room(2);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a", "PUBLISH 2 b");
		assertThat(this.device.wasFull()).isTrue();
		assertThat(this.device.pump()).containsExactly("PUBLISH 3 c");
		assertThat(this.device.wasFull()).isFalse();
	}

	@Test
	void staysIfTheWriterFails() {
		this.device.attach(20);
		this.device.offer(AT_MOST_ONCE, "a");
		this.device.offer(AT_LEAST_ONCE, "b");
		this.device.offer(EXACTLY_ONCE, "c");
		this.device.writer().failAt("b");
		assertThatIllegalStateException().isThrownBy(this.device::pump);
		assertThat(this.device.writer().packets()).containsExactly("PUBLISH 0 a");
		this.device.writer().failNowhere();
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 b", "PUBLISH 2 c");
		assertThat(this.device.drops()).isEmpty();
	}

	@Test
	void staysIfTheRulesFail() {
		this.device.attach(20);
		this.device.offer(AT_LEAST_ONCE, "a", "b");
		this.device.letRulesFail(true);
		assertThatIllegalStateException().isThrownBy(this.device::pump);
		this.device.letRulesFail(false);
		assertThat(this.device.pump()).containsExactly("PUBLISH 1 a", "PUBLISH 2 b");
		assertThat(this.device.drops()).isEmpty();
	}

	@Test
	void isListedAfterWhatIsUnacknowledged() {
		Message first = TestMessages.message("a", EXACTLY_ONCE);
		Message second = TestMessages.message("b");
		Message third = TestMessages.message("c", AT_MOST_ONCE);
		this.device.attach(1);
		this.device.offer(first);
		this.device.offer(second);
		this.device.pump();
		this.device.offer(third);
		assertThat(this.device.queued()).containsExactly(
				new Queued(1, first.id(), first.topic(), EXACTLY_ONCE, SIZE, Fate.SENT, null),
				new Queued(2, second.id(), second.topic(), AT_LEAST_ONCE, SIZE, Fate.QUEUED, null),
				new Queued(3, third.id(), third.topic(), AT_MOST_ONCE, SIZE, Fate.QUEUED, null));
		assertThat(this.device.size()).isEqualTo(3);
	}

	@Test
	void goesNowhereOnceTheSessionHasEnded() {
		this.device.attach(1);
		this.device.offer(AT_LEAST_ONCE, "a", "b", "c");
		this.device.pump();
		this.device.end();
		assertThat(this.device.drops()).containsExactly(entry("session-ended", 3L));
		assertThat(this.device.outbound().link()).isNull();
		assertThat(this.device.size()).isZero();
		assertThat(this.device.queued()).isEmpty();
		this.device.offer(AT_LEAST_ONCE, "d");
		this.device.offer(AT_MOST_ONCE, "e");
		assertThat(this.device.drops()).containsExactly(entry("session-ended", 5L));
		assertThat(this.device.size()).isZero();
	}

	@Test
	void isNotCrowdedOutByQos0() {
		this.device.attach(20);
		this.device.offer(AT_MOST_ONCE, "a", "b", "c", "d");
		this.device.offer(AT_LEAST_ONCE, "e", "f", "g");
		assertThat(this.device.drops()).containsExactly(entry("queue-full", 1L));
		assertThat(this.device.pump()).containsExactly("PUBLISH 0 a", "PUBLISH 0 b", "PUBLISH 0 c", "PUBLISH 1 e",
				"PUBLISH 2 f", "PUBLISH 3 g");
		this.device.offer(AT_MOST_ONCE, "a", "b", "c", "d");
		this.device.detach();
		this.device.offer(AT_LEAST_ONCE, "h", "i", "j", "k");
		assertThat(this.device.drops()).containsOnly(entry("queue-full", 3L), entry("offline", 3L));
	}

	@Test
	void hasItsPlaceAgainOnceWhatWasOfQos0IsSent() {
		this.device.attach(1);
		this.device.offer(AT_MOST_ONCE, "a", "b", "c");
		this.device.pump();
		this.device.offer(AT_LEAST_ONCE, "d", "e", "f", "g", "h");
		assertThat(this.device.drops()).containsExactly(entry("queue-full", 1L));
	}

	/** To see that each is too large takes as long as to write it. */
	@Test
	void isDroppedAHundredAtATime() {
		TestDevice other = TestDevice.notStored(0);
		other.attach(20);
		for (int i = 0; i < 250; i++) {
			other.offer(AT_LEAST_ONCE, "a");
		}
		other.offer(AT_LEAST_ONCE, "b");
		other.writer().isTooSmallFor("a");
		assertThat(other.pump()).isEmpty();
		assertThat(other.wasFull()).isTrue();
		assertThat(other.drops()).containsExactly(entry("too-large", 100L));
		other.pump();
		assertThat(other.pump()).containsExactly("PUBLISH 251 b");
		assertThat(other.wasFull()).isFalse();
	}

}

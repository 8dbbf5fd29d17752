package io.heliograph.broker.engine;

import java.util.List;

import io.heliograph.account.Refusal;
import io.heliograph.account.Refusal.Kind;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Will;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

/** What the engine refuses is told. */
class CountedRefusalTests {

	private final TestEngine engine = new TestEngine();

	private final TestClient device = this.engine.client("device");

	@AfterEach
	void close() {
		this.engine.close();
	}

	private List<Refusal> refusals() {
		return this.engine.access().takeRefusals();
	}

	private void assertThatOnlyItIsRefused(Kind kind, String object) {
		assertThat(refusals()).extracting(Refusal::kind, Refusal::userName, Refusal::object)
			.containsExactly(tuple(kind, "device", object));
	}

	@ParameterizedTest
	@EnumSource
	void isTheDeliveryOfEachCopyThatIsDropped(Qos qos) {
		this.device.connect(Opening.NEVER);
		this.device.subscribe("#");
		for (int i = 0; i < 3; i++) {
			this.engine.publish(TestMessages.message("secret", qos));
			this.engine.publish(TestMessages.message("open", qos));
		}
		this.engine.access().denyRead("secret");
		assertThat(this.device.topics()).containsExactly("open", "open", "open");
		assertThat(refusals()).hasSize(3).allSatisfy((refusal) -> {
			assertThat(refusal.kind()).isEqualTo(Kind.DELIVER);
			assertThat(refusal.object()).isEqualTo("secret");
		});
		assertThat(this.engine.drops()).containsExactly(entry("denied", 3L));
		assertThat(this.device.pump()).isFalse();
		assertThat(refusals()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "AT_LEAST_ONCE", "EXACTLY_ONCE" })
	void isTheDeliveryOfWhatWouldBeSentAgain(Qos qos) {
		this.device.connect(Opening.NEVER);
		this.device.subscribe("#");
		this.engine.publish(TestMessages.message("secret", qos));
		this.device.receive();
		this.engine.access().denyRead("secret");
		for (int i = 0; i < 2; i++) {
			this.device.leave();
			this.device.connect(Opening.NEVER);
			this.device.receive();
		}
		assertThatOnlyItIsRefused(Kind.DELIVER, "secret");
	}

	@Test
	void isASubscription() {
		this.engine.access().denyRead("secret/#");
		this.device.connect(0);
		assertThat(this.device.subscribe("$share/group/secret/#")).isEqualTo(0x87);
		this.device.subscribe("open");
		assertThatOnlyItIsRefused(Kind.SUBSCRIBE, "secret/#");
	}

	@Test
	void isAWill() {
		this.device.connect(0, will("open"));
		this.device.leave();
		assertThat(refusals()).isEmpty();
		this.device.connect(0, will("secret"));
		this.engine.access().denyWrite("secret");
		this.device.leave();
		assertThatOnlyItIsRefused(Kind.PUBLISH, "secret");
	}

	private static Will will(String topic) {
		return new Will(new Topic(topic), new byte[1], Qos.AT_LEAST_ONCE, false, MessageProperties.NONE, 0, null);
	}

	/** What is to be stored of it, that is. */
	@Test
	void isWhatTheDiskHasNoRoomFor() {
		TestClient heir = this.engine.client("heir");
		heir.connect(Opening.NEVER);
		heir.subscribe("#");
		this.device.connect(Opening.NEVER, will("last/will"));
		this.device.subscribe("before");
		this.engine.settle();
		this.engine.diskIsFull(true);
		assertThat(this.device.subscribe("after")).isEqualTo(0x97);
		assertThat(this.device.subscribe("before")).isEqualTo(2);
		this.device.publish(TestMessages.message("one", Qos.AT_LEAST_ONCE), 0);
		this.device.publish(TestMessages.message("two", Qos.EXACTLY_ONCE), 7);
		this.device.leave();
		this.engine.settle();
		assertThat(refusals())
			.extracting(Refusal::kind, Refusal::userName, Refusal::object, Refusal::reason, Refusal::rule)
			.containsExactly(tuple(Kind.SUBSCRIBE, "device", "after", Reason.DISK_FULL, null),
					tuple(Kind.PUBLISH, "device", "one", Reason.DISK_FULL, null),
					tuple(Kind.PUBLISH, "device", "two", Reason.DISK_FULL, null),
					tuple(Kind.PUBLISH, "device", "last/will", Reason.DISK_FULL, null));
		assertThat(this.engine.drops()).isEmpty();
		this.engine.diskIsFull(false);
		this.device.connect(Opening.NEVER, will("last/will"));
		this.device.publish(TestMessages.message("two", Qos.EXACTLY_ONCE), 7);
		this.device.leave();
		this.engine.settle();
		assertThat(refusals()).isEmpty();
	}

	@Test
	void isNotWhatAnotherOfAGroupGetsAtOnce() {
		TestClient other = this.engine.client("other");
		for (TestClient member : List.of(this.device, other)) {
			member.connect(0);
			member.subscribe("$share/group/t");
		}
		this.engine.access().denyReadTo("device", "t");
		for (int i = 0; i < 10; i++) {
			this.engine.publish(TestMessages.message("t"));
		}
		assertThat(this.device.topics()).isEmpty();
		assertThat(other.topics()).hasSize(10);
		assertThat(refusals()).isEmpty();
	}

}

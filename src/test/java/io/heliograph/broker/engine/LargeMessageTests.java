package io.heliograph.broker.engine;

import java.util.List;

import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Priority;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Messages of which few are handed over ahead. */
class LargeMessageTests {

	private static final int WINDOW = 20;

	private final TestEngine engine = new TestEngine();

	private final TestClient device = this.engine.client("device");

	@BeforeEach
	void subscribe() {
		this.device.connect(1000);
		this.device.subscribe("large");
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	private void publish() {
		for (int i = 0; i < 2 * WINDOW; i++) {
			this.engine.publish(new Message(MessageId.next(0), new Topic("large"), new byte[200_000], Qos.AT_LEAST_ONCE,
					false, null, Priority.NORMAL, MessageProperties.NONE, null));
		}
	}

	@Test
	void fillTheWindowOfADeviceThatAcknowledgesNothing() {
		publish();
		assertThat(this.device.receive()).hasSize(WINDOW);
	}

	@Test
	void fillItWhenTheyWaitedForIt() {
		this.device.leave();
		publish();
		this.device.connect(1000);
		assertThat(this.device.receive()).hasSize(WINDOW);
	}

	/** The device may keep the first ones until it has the last one. */
	@Test
	void fillItAgainWithEachThatIsAcknowledged() {
		publish();
		List<Copy> copies = this.device.receive();
		for (int i = WINDOW / 2; i < WINDOW; i++) {
			this.device.acknowledge(copies.get(i).packetId());
			await().until(this.device::receive, (next) -> next.size() == 1);
		}
	}

}

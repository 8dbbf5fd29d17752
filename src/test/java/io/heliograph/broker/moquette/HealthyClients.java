package io.heliograph.broker.moquette;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that do nothing wrong: one for each lock of the client ids, and so some on each
 * event loop. Nothing that another client does may keep them from what is published to
 * them with QoS 1.
 */
final class HealthyClients implements AutoCloseable {

	private static final int STRIPES = 256;

	private static final int PUBLISH = 3;

	private static final int PUBACK = 4;

	private static final int SUBACK = 9;

	private final TestBroker broker;

	private final List<RawClient> subscribers = new ArrayList<>();

	private final RawClient publisher;

	private int round;

	HealthyClients(TestBroker broker) {
		this.broker = broker;
		Set<Lock> covered = Collections.newSetFromMap(new IdentityHashMap<>());
		for (int i = 0; covered.size() < STRIPES; i++) {
			String id = "healthy-" + i;
			if (covered.add(broker.engine().locks().of(id))) {
				this.subscribers.add(RawClient.connected(broker.port(), id, true).subscribed("healthy", 1));
			}
		}
		this.publisher = RawClient.connected(broker.port(), "healthy-publisher", true);
	}

	/** Attacks while they exchange messages, and sees that they still do afterwards. */
	void during(Runnable attack) {
		AtomicBoolean over = new AtomicBoolean();
		CompletableFuture<Void> exchange = CompletableFuture.runAsync(() -> {
			do {
				exchange();
			}
			while (!over.get());
		});
		try {
			attack.run();
		}
		finally {
			over.set(true);
			exchange.join();
		}
		exchange();
		subscribeAgain();
		connectAnother();
	}

	/** One message for all of them. */
	private void exchange() {
		String payload = String.valueOf(this.round++);
		this.publisher.send(RawClient.publish("healthy", payload, 1, 1));
		assertThat(this.publisher.receive().type()).isEqualTo(PUBACK);
		for (RawClient subscriber : this.subscribers) {
			Packet packet = subscriber.receive();
			assertThat(packet.type()).isEqualTo(PUBLISH);
			assertThat(packet.topic()).isEqualTo("healthy");
			assertThat(packet.payload()).isEqualTo(payload);
			subscriber.send(RawClient.ack(0x40, packet.packetId()));
		}
	}

	/** What takes the lock of each client id is still done. */
	private void subscribeAgain() {
		this.subscribers.forEach((subscriber) -> subscriber.send(RawClient.subscribe(2, "other", 1)));
		this.subscribers.forEach((subscriber) -> assertThat(subscriber.receive().type()).isEqualTo(SUBACK));
	}

	/** More than there are event loops, so that each gets one. */
	private void connectAnother() {
		for (int i = 0; i < 4; i++) {
			try (RawClient another = RawClient.connected(this.broker.port(), "another-" + i, true)) {
				another.subscribed("other", 1).ping();
			}
		}
	}

	@Override
	public void close() {
		this.subscribers.forEach(RawClient::close);
		this.publisher.close();
	}

}

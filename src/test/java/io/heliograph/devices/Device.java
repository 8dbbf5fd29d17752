package io.heliograph.devices;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A device; it connects when it first subscribes or publishes. */
abstract class Device implements AutoCloseable {

	static final int TIMEOUT_SECONDS = 20;

	private final BlockingQueue<Received> inbox = new LinkedBlockingQueue<>();

	/** Connects; returns the code of CONNACK. */
	abstract int connect();

	/** Subscribes to all in one packet; returns the codes of SUBACK. */
	abstract List<Integer> subscribe(int qos, String... filters);

	/**
	 * Publishes and goes through the handshake; returns the reason code of MQTT 5, 0 if
	 * there is none.
	 */
	abstract int publish(String topic, String payload, int qos, boolean retain);

	/** Ends the connection with DISCONNECT. */
	abstract void leave();

	@Override
	public abstract void close();

	static void accepted(int code) {
		assertThat(code).as("the code of CONNACK").isZero();
	}

	/** Subscribes; fails unless each subscription is granted with what it asks for. */
	Device subscribed(int qos, String... filters) {
		assertThat(subscribe(qos, filters)).hasSize(filters.length).containsOnly(qos);
		return this;
	}

	void came(Received message) {
		this.inbox.add(message);
	}

	/** Waits for a message. */
	Received receive() {
		try {
			Received message = this.inbox.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
			assertThat(message).as("a message within %d s", TIMEOUT_SECONDS).isNotNull();
			return message;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits for a message with this payload; returns the payloads of all that came before
	 * it.
	 */
	List<String> receiveUntil(String payload) {
		List<String> before = new ArrayList<>();
		for (Received message = receive(); !message.payload().equals(payload); message = receive()) {
			before.add(message.payload());
		}
		return before;
	}

}

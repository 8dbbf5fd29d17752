package io.heliograph.devices;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

import io.heliograph.broker.SessionView;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Heliograph;

import static org.awaitility.Awaitility.await;

/** The devices of one test, with client ids and topics of their own; closes them. */
final class Fleet implements AutoCloseable {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private final String name = "fleet" + COUNT.incrementAndGet();

	private final Deque<Runnable> closers = new ArrayDeque<>();

	private final Heliograph heliograph;

	private final Client client;

	Fleet(Heliograph heliograph, Client client) {
		this.heliograph = heliograph;
		this.client = client;
	}

	/** A name that no other test has. */
	String own(String name) {
		return this.name + "-" + name;
	}

	/** A topic or filter that no other test has. */
	String topic(String topic) {
		return this.name + "/" + topic;
	}

	Login login(String id, String user) {
		return Login.of(own(id), user);
	}

	Device device(Login login) {
		return device(this.client.port(this.heliograph), login);
	}

	/** A device of the user {@code device} with a clean session. */
	Device device(String id) {
		return device(login(id, "device"));
	}

	Device device(Line line, Login login) {
		return device(line.port(), login);
	}

	private Device device(int port, Login login) {
		Device device = this.client.device(port, login);
		this.closers.push(device::close);
		return device;
	}

	Line line() {
		Line line = new Line(this.client.port(this.heliograph));
		this.closers.push(line::close);
		return line;
	}

	/** Waits until no device is connected with a client id of this test. */
	void awaitAway(String id) {
		await().pollInterval(Duration.ofMillis(5))
			.until(() -> this.heliograph.sessions()
				.find(new ClientId(own(id)))
				.filter(SessionView::connected)
				.isEmpty());
	}

	@Override
	public void close() {
		while (!this.closers.isEmpty()) {
			this.closers.pop().run();
		}
	}

}

package io.heliograph.broker.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.heliograph.mqtt.Qos;

import static org.assertj.core.api.Assertions.assertThat;

/** A device of a model, as the specification of MQTT wants it. */
final class ModelDevice {

	final String id;

	/** Whether its session outlives its connections. */
	final boolean kept;

	private final Model model;

	TestClient client;

	boolean connected;

	/** Whether it has a session that is kept. */
	private boolean begun;

	final Set<String> subscriptions = new HashSet<>();

	/** What it has of QoS 2 and was not told to release, by packet id. */
	private final Map<Integer, String> unreleased = new HashMap<>();

	/** What it is sent from other threads. */
	private final Queue<Release> releases = new ConcurrentLinkedQueue<>();

	/** How many connections it has had. */
	private int connection;

	/** What it has not answered. */
	private final Deque<Due> due = new ArrayDeque<>();

	ModelDevice(Model model, String id, boolean kept) {
		this.model = model;
		this.id = id;
		this.kept = kept;
		this.client = model.engine.client(id);
	}

	/** It connects, and goes on with its session. */
	void connect(int receiveMaximum) {
		newConnection(receiveMaximum);
		boolean present = this.client.connect(this.kept ? Model.FOR_LONG : 0);
		assertThat(present).as("the session of " + this.id + " is there").isEqualTo(this.begun);
		if (!present) {
			forget();
		}
		this.connected = true;
		this.begun = this.kept;
	}

	/** It connects, and begins a new session. */
	void startClean(int receiveMaximum) {
		newConnection(receiveMaximum);
		this.client.startClean(this.kept ? Model.FOR_LONG : 0);
		forget();
		this.connected = true;
		this.begun = this.kept;
	}

	private void newConnection(int receiveMaximum) {
		lose();
		this.client.receiveMaximum(receiveMaximum);
	}

	void leave() {
		this.client.leave();
		left();
	}

	/** Its connection is gone. */
	private void left() {
		lose();
		this.connected = false;
		if (!this.kept) {
			forget();
		}
	}

	/** What was on its way to it is lost. */
	private void lose() {
		this.connection++;
		this.client.written().forEach(this::noteWritten);
		this.due.clear();
	}

	private void noteWritten(String packet) {
		if (packet.startsWith("PUBLISH")) {
			this.model.message(packet.split(" ")[2]).written.merge(this.id, 1, Integer::sum);
		}
	}

	private void forget() {
		this.unreleased.clear();
		this.subscriptions.clear();
	}

	/** The server is another one. */
	void restarted() {
		left();
		this.client = this.model.engine.client(this.id);
	}

	void subscribe(String filter) {
		this.client.subscribe(filter, TestClient.options(Qos.EXACTLY_ONCE));
		this.subscriptions.add(filter);
	}

	void unsubscribe(String filter) {
		this.client.unsubscribe(filter);
		this.subscriptions.remove(filter);
	}

	/** It takes what there is for it. */
	void take(List<String> packets) {
		for (Release release = this.releases.poll(); release != null; release = this.releases.poll()) {
			if (release.connection == this.connection) {
				this.due.add(new Due(Answer.PUBCOMP, release.packetId, ""));
			}
		}
		for (String packet : packets) {
			this.model.note(this.id + " <- " + packet);
			noteWritten(packet);
			String[] words = packet.split(" ");
			int packetId = Integer.parseInt(words[1]);
			if (words[0].equals("PUBREL")) {
				this.due.add(new Due(Answer.PUBCOMP, packetId, ""));
			}
			else {
				take(packetId, this.model.message(words[2]));
			}
		}
	}

	private void take(int packetId, ModelMessage message) {
		boolean isNew = true;
		if (message.isQos2()) {
			String held = this.unreleased.putIfAbsent(packetId, message.topic());
			assertThat(held).as(this.id + " holds packet id " + packetId).isIn(null, message.topic());
			isNew = held == null;
		}
		if (isNew) {
			message.accepted.merge(this.id, 1, Integer::sum);
		}
		if (message.message.qos() != Qos.AT_MOST_ONCE) {
			this.due.add(new Due(message.isQos2() ? Answer.PUBREC : Answer.PUBACK, packetId, message.topic()));
		}
	}

	boolean hasDue() {
		return !this.due.isEmpty();
	}

	/** It answers some of what it has not answered, in any order. */
	void answer(int most, Random random) {
		List<Due> due = new ArrayList<>(this.due);
		this.due.clear();
		if (random.nextInt(4) == 0) {
			Collections.shuffle(due, random);
		}
		this.due.addAll(due.subList(Math.min(most, due.size()), due.size()));
		due.stream().limit(most).forEach(this::answer);
	}

	private void answer(Due due) {
		this.model.note(this.id + " -> " + due);
		if (due.answer != Answer.PUBCOMP) {
			this.model.message(due.topic).acknowledged.add(this.id);
		}
		switch (due.answer) {
			case PUBACK -> this.client.acknowledge(due.packetId);
			case PUBREC -> {
				int present = this.connection;
				this.client.received(due.packetId, () -> this.releases.add(new Release(present, due.packetId)));
			}
			case PUBCOMP -> {
				this.unreleased.remove(due.packetId);
				this.client.completed(due.packetId);
			}
		}
	}

	private enum Answer {

		PUBACK, PUBREC, PUBCOMP

	}

	/**
	 * PUBREL, which is due when PUBREC is durable.
	 *
	 * @param connection where it is sent
	 */
	private record Release(int connection, int packetId) {
	}

	/** What is to be answered. */
	private record Due(Answer answer, int packetId, String topic) {
	}

}

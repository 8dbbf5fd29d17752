package io.heliograph.device;

import java.util.List;

import io.heliograph.broker.Fate;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Heliograph;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.WholeQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A client id of alice's with which bob comes, too. To both may be sent what is published
 * to its topic.
 */
final class Contested {

	static final int PUBLISH = 3;

	private final Heliograph server;

	private final String id;

	private final String topic;

	Contested(Heliograph server, String id) {
		this.server = server;
		this.id = id;
		this.topic = "t/" + id;
	}

	/** Adds both users, once for each server. */
	static void addUsers(Heliograph server) {
		for (String user : List.of("alice", "bob")) {
			server.user(user);
			server.rule(user, "readwrite", "t/#");
		}
	}

	/** A CONNECT of version 4 or 5 with a session that is kept for ever, or with none. */
	byte[] connect(int version, String user, boolean kept) {
		PacketBody body = new PacketBody().text("MQTT").bytes(version, kept ? 0xc0 : 0xc2).number(0);
		if (version == 5) {
			body.sized(kept ? new PacketBody().bytes(0x11, 0xff, 0xff, 0xff, 0xff) : new PacketBody());
		}
		return RawClient.packet(0x10, body.text(this.id).text(user).text(user + "-secret"));
	}

	/** Sends a CONNECT. */
	RawClient as(int version, String user, boolean kept) {
		return new RawClient(this.server.mqttPort()).send(connect(version, user, kept));
	}

	/** Alice, connected, with one message that is not acknowledged. */
	RawClient aliceWithAMessage() {
		RawClient alice = as(4, "alice", true).accepted().subscribed(this.topic, 1);
		publish("sent");
		assertThat(alice.receive().payload()).isEqualTo("sent");
		return alice;
	}

	/**
	 * Alice was there, and left one message that is not acknowledged, and one that was
	 * not sent.
	 */
	void leaveMessages() {
		aliceWithAMessage().close();
		awaitAway();
		publish("queued");
		assertThat(queue()).containsExactly(false, false);
	}

	void publish(String payload) {
		this.server.publish(this.topic, payload, 1, false);
	}

	byte[] subscribe() {
		return RawClient.subscribe(1, this.topic, 1);
	}

	void awaitAway() {
		await().until(() -> this.server.sessions()
			.all()
			.stream()
			.noneMatch((session) -> session.client().value().equals(this.id) && session.connected()));
	}

	/** Of each message in the queue, whether it was sent. */
	List<Boolean> queue() {
		return WholeQueue.of(this.server.queues(), new ClientId(this.id))
			.stream()
			.map((one) -> one.fate() == Fate.SENT)
			.toList();
	}

	/** Who took it over from whom, the newest first. */
	List<String> takeOvers() {
		return this.server.admin()
			.get("/api/admin/audit?action=session.take-over&target=devices/" + this.id)
			.json()
			.get("items")
			.valueStream()
			.map((row) -> row.get("actor").asString() + " from " + row.get("before").get("user").asString())
			.toList();
	}

	String owner() {
		return this.server.admin().get("/api/devices/" + this.id).expect(200).json().get("owner").asString();
	}

}

package io.heliograph.broker.engine;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import io.heliograph.account.Login;
import io.heliograph.account.MqttClient;
import io.heliograph.broker.Message;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.Will;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.testing.WholeQueue;
import org.jspecify.annotations.Nullable;

/** A client of an engine, without a network. Not thread-safe. */
final class TestClient {

	private final TestEngine engine;

	private final MqttClient client;

	private final RecordingWriter writer = new RecordingWriter();

	private int receiveMaximum = 0xffff;

	private TestLink link = new TestLink(this.writer::takes);

	private @Nullable Session session;

	TestClient(TestEngine engine, String id, @Nullable String user) {
		this.engine = engine;
		Login login = (user != null) ? new Login(user.hashCode() & 0xffff, user, 1) : null;
		this.client = new MqttClient(login, new ClientId(id), InetAddress.getLoopbackAddress());
	}

	/** Options with which nothing retained is sent at SUBSCRIBE. */
	static SubscriptionOptions options(Qos qos) {
		return new SubscriptionOptions(qos, false, false, 2, 0);
	}

	ClientId id() {
		return this.client.id();
	}

	boolean mayOpen() {
		return locked(() -> this.engine.engine().refusal(this.client, false)) == null;
	}

	/** Takes this many unacknowledged copies on connections from here on. */
	void receiveMaximum(int copies) {
		this.receiveMaximum = copies;
	}

	/** Connects, and goes on with its session; returns whether there was one. */
	boolean connect(long expirySeconds) {
		return connect(expirySeconds, null);
	}

	boolean connect(long expirySeconds, @Nullable Will will) {
		return open(false, expirySeconds, will);
	}

	/** Connects, and begins a new session. */
	void startClean(long expirySeconds) {
		open(true, expirySeconds, null);
	}

	private boolean open(boolean clean, long expirySeconds, @Nullable Will will) {
		this.link = new TestLink(this.writer::takes);
		Opening opening = new Opening(this.client, false, clean, expirySeconds, this.receiveMaximum, will);
		OpenedSession opened = locked(() -> this.engine.engine().open(opening, this.link));
		this.session = opened.session();
		return opened.present();
	}

	/** The connection breaks. */
	void leave() {
		this.engine.engine().connectionEnded(session(), this.link, true, null);
	}

	/** Says good-bye: the will is void. */
	void disconnect() {
		this.engine.engine().connectionEnded(session(), this.link, false, null);
	}

	/** Says good-bye with another session expiry interval, and with its will. */
	void disconnectWithWill(long expirySeconds) {
		this.engine.engine().connectionEnded(session(), this.link, true, expirySeconds);
	}

	/** Subscribes with QoS 2 to messages to come; returns the reason code of SUBACK. */
	int subscribe(String filter) {
		return subscribe(filter, options(Qos.EXACTLY_ONCE));
	}

	int subscribe(String filter, SubscriptionOptions options) {
		return locked(
				() -> this.engine.engine().subscribe(session(), this.link, ShareableFilter.parse(filter), options));
	}

	/** Returns whether there was such a subscription. */
	boolean unsubscribe(String filter) {
		return locked(() -> this.engine.engine().unsubscribe(session(), this.link, ShareableFilter.parse(filter)));
	}

	/** Takes what it is given in one turn; returns whether there is more. */
	boolean pump() {
		this.engine.settle();
		return session().pump(this.link, this.writer, this.engine.clock().instant());
	}

	/** Takes what there is for it; returns the copies that it has not had before. */
	List<Copy> receive() {
		int before = this.writer.copies().size();
		boolean more = pump();
		while (more) {
			more = pump();
		}
		return this.writer.copies().subList(before, this.writer.copies().size());
	}

	/** Takes what it is given in one turn, without waiting for what is on its way. */
	List<Copy> receiveNow() {
		int before = this.writer.copies().size();
		session().pump(this.link, this.writer, this.engine.clock().instant());
		return this.writer.copies().subList(before, this.writer.copies().size());
	}

	/** Takes what there is for it; returns the topics. */
	List<String> topics() {
		return receive().stream().map((copy) -> copy.shared().message().topic().name()).toList();
	}

	/** Takes all that there is for it, and acknowledges it; returns the messages. */
	List<Message> acknowledgedMessages() {
		List<Message> messages = new ArrayList<>();
		for (List<Copy> copies = receive(); !copies.isEmpty(); copies = receive()) {
			for (Copy copy : copies) {
				acknowledge(copy);
				messages.add(copy.shared().message());
			}
		}
		return messages;
	}

	/** The same; returns the topics. */
	List<String> acknowledgedTopics() {
		return acknowledgedMessages().stream().map((message) -> message.topic().name()).toList();
	}

	/** Takes what there is for it; returns the packets. */
	List<String> packets() {
		receive();
		return this.writer.packets();
	}

	/** The packets that were written and that nobody has asked for. */
	List<String> written() {
		return this.writer.packets();
	}

	/** Sends PUBACK. */
	void acknowledge(int packetId) {
		session().acknowledged(this.link, packetId, false);
	}

	/** Sends PUBACK with an error. */
	void refuse(int packetId) {
		session().acknowledged(this.link, packetId, true);
	}

	/** Sends PUBREC. */
	void received(int packetId) {
		session().received(this.link, packetId, false, (due) -> {
		});
	}

	/** Sends PUBREC; does something when PUBREL is due. */
	void received(int packetId, Runnable release) {
		session().received(this.link, packetId, false, (due) -> {
			if (due) {
				release.run();
			}
		});
	}

	/** Sends PUBCOMP. */
	void completed(int packetId) {
		session().completed(this.link, packetId);
	}

	/** Publishes with QoS 2, as far as PUBREC. */
	void publishQos2(int packetId, String topic) {
		session().receive(this.link, packetId);
		this.engine.engine()
			.publish(List.of(TestMessages.message(topic, Qos.EXACTLY_ONCE)), session(), List.of(packetId))
			.toCompletableFuture()
			.join();
	}

	/** Whether a PUBLISH of QoS 2 would come for the first time. */
	boolean comesFirst(int packetId) {
		boolean first = session().receive(this.link, packetId);
		if (first) {
			session().forget(packetId);
		}
		return first;
	}

	/** Sends PUBACK, or PUBREC and PUBCOMP. */
	void acknowledge(Copy copy) {
		switch (copy.qos()) {
			case AT_MOST_ONCE -> {
			}
			case AT_LEAST_ONCE -> session().acknowledged(this.link, copy.packetId(), false);
			case EXACTLY_ONCE -> {
				session().received(this.link, copy.packetId(), false, (due) -> {
				});
				session().completed(this.link, copy.packetId());
			}
		}
	}

	/**
	 * Publishes; returns the outcome, or null if the packet id is known.
	 * @param packetId that of QoS 2, else 0
	 */
	@Nullable Outcome publish(Message message, int packetId) {
		return (packetId == 0 || session().receive(this.link, packetId)) ? this.engine.engine()
			.publish(List.of(message), session(), List.of(packetId))
			.toCompletableFuture()
			.join()
			.get(0) : null;
	}

	/** From here on its connections take no message on this topic: it is too large. */
	void isTooSmallFor(String topic) {
		this.writer.isTooSmallFor(topic);
	}

	/** How many copies wait for it or are unacknowledged. */
	int queued() {
		this.engine.settle();
		return queuedNow();
	}

	/** The same, without waiting for what is on its way. */
	int queuedNow() {
		return WholeQueue.of(this.engine.engine().sessions(), this.client.id()).size();
	}

	/** Whether it has a session. */
	boolean exists() {
		return this.engine.engine().sessions().find(this.client.id()).isPresent();
	}

	/** Ends its connection, as its user has lost rights. */
	void revoke(boolean sessionToo) {
		long user = Objects.requireNonNull(this.client.userId());
		this.engine.access().revoke(user, sessionToo);
		this.engine.engine().revoke();
		this.engine.access().restore(user);
	}

	TestLink link() {
		return this.link;
	}

	/** What guards its session. */
	Lock lock() {
		return this.engine.engine().locks().of(this.client.id().value());
	}

	private Session session() {
		return Objects.requireNonNull(this.session);
	}

	private <T> T locked(Supplier<T> action) {
		return this.engine.engine().locks().call(this.client.id().value(), action);
	}

}

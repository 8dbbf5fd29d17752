package io.heliograph.broker.moquette;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.heliograph.account.MqttClient;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.Priority;
import io.heliograph.broker.engine.Engine;
import io.heliograph.broker.engine.Session;
import io.heliograph.broker.moquette.PacketEncoder.Acknowledgement;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.mqtt.Topic;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a device publishes and acknowledges. What it publishes is collected while its
 * packets are read, handed to the engine together, then acknowledged in order. On the
 * event loop of the channel.
 */
final class Inbound {

	/** As many aliases as Mosquitto grants. */
	static final int TOPIC_ALIAS_MAXIMUM = 10;

	/** The most that are handed over together. */
	private static final int MAX_BATCH = 16;

	/** So much may wait for the engine before the client is not read from any more. */
	private static final int MAX_WAITING = 1_000;

	private static final long MAX_WAITING_BYTES = 1024 * 1024;

	private final Engine engine;

	private final MqttClient client;

	private final Session session;

	private final Connection connection;

	private final Clock clock;

	private final Map<Integer, Topic> aliases = new HashMap<>(0);

	/**
	 * How many are handed over together: others have their turn only between two batches,
	 * and a message that goes to many may take the whole of it.
	 */
	private int batchSize = 1;

	private List<Message> batch = new ArrayList<>();

	/** The packet id of each of them that has QoS 2, 0 of the others. */
	private List<Integer> packetIds = new ArrayList<>();

	private List<Due> due = new ArrayList<>();

	/** What was handed over and is not acknowledged, in order. */
	private final Deque<Handed> waiting = new ArrayDeque<>();

	private int waitingMessages;

	private long waitingBytes;

	private final Runnable onRoom;

	/** The topic of the last PUBLISH: bursts often go to one. */
	private @Nullable Topic lastTopic;

	/**
	 * @param onRoom is called when it was full and is not any more
	 */
	Inbound(Engine engine, MqttClient client, Session session, Connection connection, Clock clock, Runnable onRoom) {
		this.engine = engine;
		this.client = client;
		this.session = session;
		this.connection = connection;
		this.clock = clock;
		this.onRoom = onRoom;
	}

	/** Whether so much waits for the engine that no more is to be taken. */
	boolean isFull() {
		return this.waitingMessages >= MAX_WAITING || this.waitingBytes >= MAX_WAITING_BYTES;
	}

	/**
	 * Takes a PUBLISH or what acknowledges one.
	 * @throws ProtocolViolation if the topic, alias or properties of a PUBLISH are
	 * invalid
	 */
	void receive(MqttMessage packet) {
		if (packet instanceof MqttPublishMessage publish) {
			publish(publish);
			return;
		}
		flush();
		int packetId = ((MqttMessageIdVariableHeader) packet.variableHeader()).messageId();
		switch (packet.fixedHeader().messageType()) {
			case PUBACK -> this.session.acknowledged(this.connection, packetId, isError(packet));
			case PUBREC -> received(packetId, isError(packet));
			case PUBREL -> release(packetId);
			case PUBCOMP -> this.session.completed(this.connection, packetId);
			default -> throw new IllegalArgumentException("neither PUBLISH nor an acknowledgement: " + packet);
		}
	}

	/** Whether the reason code of an acknowledgement is one. */
	private static boolean isError(MqttMessage packet) {
		return packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
				&& (header.reasonCode() & 0xff) >= 0x80;
	}

	private void received(int packetId, boolean refused) {
		this.session.received(this.connection, packetId, refused,
				(due) -> this.connection.execute(() -> answer(packetId, refused, due)));
	}

	private void answer(int packetId, boolean refused, boolean due) {
		// where the session was taken over, PUBREL would make the device take it for over
		if (!refused && this.session.isOf(this.connection)) {
			this.connection.acknowledge(Acknowledgement.PUBREL, packetId,
					due ? 0 : ReasonCode.PACKET_ID_NOT_FOUND.code());
		}
		this.connection.wake();
	}

	private void publish(MqttPublishMessage packet) {
		if (!this.session.isOf(this.connection)) {
			// taken over, or its user's rights are gone: what is not acknowledged comes
			// again
			return;
		}
		Qos qos = Qos.of(packet.fixedHeader().qosLevel().value());
		int packetId = packet.variableHeader().packetId();
		Topic topic = topic(packet.variableHeader().topicName(), packet.variableHeader().properties());
		Message message = message(packet, topic, qos);
		// first: if it fails, the packet id is not noted
		boolean allowed = this.engine.mayWrite(this.client, topic);
		if (!allowed && !this.engine.isEnabled(this.client)) {
			// the session is about to be taken from it
			return;
		}
		if (qos == Qos.EXACTLY_ONCE && !this.session.receive(this.connection, packetId)) {
			if (this.session.isOf(this.connection)) {
				this.due.add(new Due(qos, packetId, 0, false));
			}
			return;
		}
		if (!allowed && qos == Qos.EXACTLY_ONCE && this.connection.v5()) {
			// the reason code ends the handshake; 3.1.1 goes through it to the end
			forget(packetId);
		}
		if (allowed) {
			this.batch.add(message);
			this.packetIds.add((qos == Qos.EXACTLY_ONCE) ? packetId : 0);
		}
		this.due.add(new Due(qos, packetId, allowed ? 0 : ReasonCode.NOT_AUTHORIZED.code(), allowed));
		if (this.due.size() >= this.batchSize) {
			flush();
		}
	}

	private Message message(MqttPublishMessage packet, Topic topic, Qos qos) {
		MqttProperties properties = packet.variableHeader().properties();
		Property.checkCount(properties);
		if (Property.has(properties, Property.SUBSCRIPTION_IDENTIFIER)) {
			throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "PUBLISH with a subscription identifier");
		}
		Instant now = this.clock.instant();
		Long expiry = Property.number(properties, Property.MESSAGE_EXPIRY_INTERVAL);
		return new Message(MessageId.next(now.toEpochMilli()), topic, ByteBufUtil.getBytes(packet.payload()), qos,
				packet.fixedHeader().isRetain(), (expiry != null) ? now.plusSeconds(expiry) : null, Priority.NORMAL,
				travelling(properties), this.client.id());
	}

	private static MessageProperties travelling(MqttProperties properties) {
		try {
			return Property.travelling(properties);
		}
		catch (IllegalArgumentException ex) {
			throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, String.valueOf(ex.getMessage()));
		}
	}

	private Topic topic(String name, MqttProperties properties) {
		Long alias = Property.number(properties, Property.TOPIC_ALIAS);
		if (alias != null && (alias == 0 || alias > TOPIC_ALIAS_MAXIMUM)) {
			throw new ProtocolViolation(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias);
		}
		if (name.isEmpty() && alias != null) {
			Topic known = this.aliases.get(alias.intValue());
			if (known == null) {
				throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " was never set");
			}
			return known;
		}
		Topic topic = parse(name);
		if (alias != null) {
			this.aliases.put(alias.intValue(), topic);
		}
		return topic;
	}

	private Topic parse(String name) {
		if (this.lastTopic != null && this.lastTopic.name().equals(name)) {
			return this.lastTopic;
		}
		try {
			Topic topic = new Topic(name);
			this.lastTopic = topic;
			return topic;
		}
		catch (IllegalArgumentException ex) {
			throw new ProtocolViolation(ReasonCode.TOPIC_NAME_INVALID, String.valueOf(ex.getMessage()));
		}
	}

	/** PUBREL: the packet id is free again. */
	private void release(int packetId) {
		if (!this.session.isOf(this.connection)) {
			return;
		}
		this.session.release(this.connection, packetId, (known) -> this.connection.execute(() -> this.connection
			.acknowledge(Acknowledgement.PUBCOMP, packetId, known ? 0 : ReasonCode.PACKET_ID_NOT_FOUND.code())));
	}

	/** It comes again, and must not be taken for known then. */
	private void forget(int packetId) {
		this.session.release(this.connection, packetId, (known) -> {
		});
	}

	/** Hands over what was collected. */
	void flush() {
		if (this.due.isEmpty()) {
			return;
		}
		Handed handed = new Handed(this.due, this.batch);
		List<Integer> ids = this.packetIds;
		this.due = new ArrayList<>();
		this.batch = new ArrayList<>();
		this.packetIds = new ArrayList<>();
		this.waiting.add(handed);
		this.waitingMessages += handed.due.size();
		this.waitingBytes += handed.bytes;
		TimeSlice timeSlice = new TimeSlice();
		timeSlice.begin();
		this.engine.publish(handed.messages, this.session, ids)
			.whenComplete((outcomes, failure) -> this.connection.execute(() -> done(handed, outcomes, failure)));
		this.batchSize = timeSlice.isOver() ? Math.max(1, this.batchSize / 2) : Math.min(MAX_BATCH, 2 * this.batchSize);
	}

	private void done(Handed handed, @Nullable List<Outcome> outcomes, @Nullable Throwable failure) {
		handed.outcomes = outcomes;
		handed.failure = failure;
		boolean wasFull = isFull();
		for (Handed next = this.waiting.peek(); next != null && next.isDone(); next = this.waiting.peek()) {
			this.waiting.remove();
			this.waitingMessages -= next.due.size();
			this.waitingBytes -= next.bytes;
			try {
				acknowledge(next);
			}
			catch (Throwable ex) {
				this.connection.fail(ex);
			}
		}
		if (wasFull && !isFull()) {
			this.onRoom.run();
		}
	}

	private void acknowledge(Handed handed) {
		if (handed.failure != null || handed.outcomes == null) {
			// those that were routed before the one that failed come twice
			this.connection.fail((handed.failure != null) ? handed.failure : new IllegalStateException("no outcome"));
			return;
		}
		Iterator<Outcome> outcomes = handed.outcomes.iterator();
		for (int i = 0; i < handed.due.size(); i++) {
			Due due = handed.due.get(i);
			int reason = due.reason;
			if (due.routed) {
				Outcome outcome = outcomes.next();
				boolean refused = outcome instanceof Outcome.Refused;
				if (outcome instanceof Outcome.Closed) {
					this.connection.end(ReasonCode.SERVER_SHUTTING_DOWN);
					return;
				}
				if (refused && !this.connection.v5() && due.qos != Qos.AT_MOST_ONCE) {
					this.connection.fail(new ProtocolViolation(ReasonCode.QUOTA_EXCEEDED,
							"the disk has no room for what it publishes"));
					return;
				}
				reason = reason(outcome);
			}
			acknowledge(due, reason);
		}
	}

	private static int reason(Outcome outcome) {
		if (outcome instanceof Outcome.Routed routed) {
			return (routed.copies() == 0) ? ReasonCode.NO_MATCHING_SUBSCRIBERS.code() : 0;
		}
		return ReasonCode.QUOTA_EXCEEDED.code();
	}

	private void acknowledge(Due due, int reason) {
		if (due.qos == Qos.AT_LEAST_ONCE) {
			this.connection.acknowledge(Acknowledgement.PUBACK, due.packetId, reason);
		}
		else if (due.qos == Qos.EXACTLY_ONCE) {
			this.connection.acknowledge(Acknowledgement.PUBREC, due.packetId, reason);
		}
	}

	/** What was handed to the engine together. */
	private static final class Handed {

		private final List<Due> due;

		private final List<Message> messages;

		private final long bytes;

		private @Nullable List<Outcome> outcomes;

		private @Nullable Throwable failure;

		Handed(List<Due> due, List<Message> messages) {
			this.due = due;
			this.messages = messages;
			long bytes = 0;
			for (Message message : messages) {
				bytes += message.topic().name().length() + message.payload().length + message.properties().length();
			}
			this.bytes = bytes;
		}

		boolean isDone() {
			return this.outcomes != null || this.failure != null;
		}

	}

	/**
	 * An acknowledgement that a PUBLISH asks for.
	 *
	 * @param reason the reason code if the message was not handed to the engine
	 * @param routed whether it was
	 */
	private record Due(Qos qos, int packetId, int reason, boolean routed) {
	}

}

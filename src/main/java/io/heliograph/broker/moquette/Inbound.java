package io.heliograph.broker.moquette;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
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

	private List<Due> due = new ArrayList<>();

	/** The topic of the last PUBLISH: bursts often go to one. */
	private @Nullable Topic lastTopic;

	Inbound(Engine engine, MqttClient client, Session session, Connection connection, Clock clock) {
		this.engine = engine;
		this.client = client;
		this.session = session;
		this.connection = connection;
		this.clock = clock;
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
		boolean due = this.session.received(this.connection, packetId, refused);
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
			this.session.release(this.connection, packetId);
		}
		if (allowed) {
			this.batch.add(message);
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
		boolean known = this.session.release(this.connection, packetId);
		this.connection.acknowledge(Acknowledgement.PUBCOMP, packetId,
				known ? 0 : ReasonCode.PACKET_ID_NOT_FOUND.code());
	}

	/** Hands over what was collected. */
	void flush() {
		if (this.due.isEmpty()) {
			return;
		}
		List<Due> acknowledgements = this.due;
		List<Message> messages = this.batch;
		this.due = new ArrayList<>();
		this.batch = new ArrayList<>();
		TimeSlice timeSlice = new TimeSlice();
		timeSlice.begin();
		this.engine.publish(messages).whenComplete((outcomes, failure) -> {
			try {
				if (failure == null) {
					acknowledge(acknowledgements, outcomes.iterator());
				}
				else {
					forget(acknowledgements);
					this.connection.fail(failure);
				}
			}
			catch (Throwable ex) {
				this.connection.fail(ex);
			}
		});
		this.batchSize = timeSlice.isOver() ? Math.max(1, this.batchSize / 2) : Math.min(MAX_BATCH, 2 * this.batchSize);
	}

	/**
	 * They come again, and must not be taken for known then; those that were routed
	 * before the one that failed come twice.
	 */
	private void forget(List<Due> acknowledgements) {
		acknowledgements.stream()
			.filter((due) -> due.routed && due.qos == Qos.EXACTLY_ONCE)
			.forEach((due) -> this.session.release(this.connection, due.packetId));
	}

	private void acknowledge(List<Due> acknowledgements, Iterator<Outcome> outcomes) {
		for (int i = 0; i < acknowledgements.size(); i++) {
			Due due = acknowledgements.get(i);
			int reason = due.reason;
			if (due.routed) {
				Outcome outcome = outcomes.next();
				if (!(outcome instanceof Outcome.Routed routed)) {
					forget(acknowledgements.subList(i, acknowledgements.size()));
					this.connection.end(ReasonCode.SERVER_SHUTTING_DOWN);
					return;
				}
				reason = (routed.copies() == 0) ? ReasonCode.NO_MATCHING_SUBSCRIBERS.code() : 0;
			}
			if (due.qos == Qos.AT_LEAST_ONCE) {
				this.connection.acknowledge(Acknowledgement.PUBACK, due.packetId, reason);
			}
			else if (due.qos == Qos.EXACTLY_ONCE) {
				this.connection.acknowledge(Acknowledgement.PUBREC, due.packetId, reason);
			}
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

package io.heliograph.account;

import java.net.InetAddress;
import java.util.Locale;

import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * Somebody was refused something.
 *
 * @param kind what
 * @param userId the user's id, or null if it is not known who it is
 * @param userName the user name that it gave, or null if it gave none
 * @param clientId the client id, or null over HTTP
 * @param address where it comes from
 * @param object the topic, the filter or the endpoint, or null for a login
 * @param reason why
 * @param rule the number of the rule that denied it, or null if none did
 */
public record Refusal(Kind kind, @Nullable Long userId, @Nullable String userName, @Nullable ClientId clientId,
		InetAddress address, @Nullable String object, Reason reason, @Nullable Long rule) {

	/** A client that logged in was refused its session. */
	public static Refusal connect(MqttClient who, Reason reason) {
		return of(Kind.CONNECT, who, null, reason, null);
	}

	/** A subscription was not granted. */
	public static Refusal subscribe(MqttClient who, TopicFilter filter, Decision decision) {
		return of(Kind.SUBSCRIBE, who, filter.value(), decision.why(), decision.rule());
	}

	/** A subscription that the rules allow was not granted. */
	public static Refusal subscribe(MqttClient who, TopicFilter filter, Reason reason) {
		return of(Kind.SUBSCRIBE, who, filter.value(), reason, null);
	}

	/** A message of a client, a will too, was not published. */
	public static Refusal publish(MqttClient who, Topic topic, Decision decision) {
		return of(Kind.PUBLISH, who, topic.name(), decision.why(), decision.rule());
	}

	/** A message of a client, a will too, that the rules allow was not published. */
	public static Refusal publish(MqttClient who, Topic topic, Reason reason) {
		return of(Kind.PUBLISH, who, topic.name(), reason, null);
	}

	/** A message that the rules allow was not published over HTTP. */
	public static Refusal publish(Caller who, Topic topic, Reason reason) {
		return of(Kind.PUBLISH, who, topic.name(), reason, null);
	}

	/** A message that somebody wanted to publish over HTTP was not. */
	public static Refusal publish(Caller who, Topic topic, Decision decision) {
		return of(Kind.PUBLISH, who, topic.name(), decision.why(), decision.rule());
	}

	/** A copy of a message was not delivered. */
	public static Refusal deliver(MqttClient who, Topic topic, Decision decision) {
		return of(Kind.DELIVER, who, topic.name(), decision.why(), decision.rule());
	}

	/** A CONNECT was refused. */
	static Refusal connect(ConnectAttempt attempt, Reason reason) {
		return new Refusal(Kind.CONNECT, null, attempt.userName(), attempt.clientId(), attempt.address(), null, reason,
				null);
	}

	/** The login of a request was refused. */
	static Refusal login(@Nullable String userName, InetAddress address, Reason reason) {
		return new Refusal(Kind.CONNECT, null, userName, null, address, null, reason, null);
	}

	/** The login of a request does not count any more. */
	static Refusal login(Caller who, Reason reason) {
		return of(Kind.CONNECT, who, null, reason, null);
	}

	/** Somebody who is logged in may not use an endpoint. */
	static Refusal request(Caller who, String endpoint, Reason reason) {
		return of(Kind.REQUEST, who, endpoint, reason, null);
	}

	private static Refusal of(Kind kind, MqttClient who, @Nullable String object, Reason reason,
			@Nullable AccessRule rule) {
		return new Refusal(kind, who.userId(), who.userName(), who.id(), who.address(), object, reason,
				(rule != null) ? (Long) rule.id() : null);
	}

	private static Refusal of(Kind kind, Caller who, @Nullable String object, Reason reason,
			@Nullable AccessRule rule) {
		return new Refusal(kind, who.userId(), who.name(), null, who.address(), object, reason,
				(rule != null) ? (Long) rule.id() : null);
	}

	/** What is refused. */
	public enum Kind {

		/** To be let in, over MQTT or HTTP. */
		CONNECT,

		/** A subscription. */
		SUBSCRIBE,

		/** To publish a message or a will. */
		PUBLISH,

		/** To be sent a copy of a message. */
		DELIVER,

		/** To use an endpoint of HTTP. */
		REQUEST;

		/** The word in JSON. */
		@Override
		public String toString() {
			return word(this);
		}

	}

	/** Why it is refused. */
	public enum Reason {

		/** User name, password or key are wrong. */
		BAD_CREDENTIALS,

		/** There were too many wrong passwords before. */
		HELD_OFF,

		/** Too many passwords waited to be checked. */
		BUSY,

		/** No user name, where one is asked for. */
		ANONYMOUS,

		/** The user, its password or its key changed meanwhile. */
		LOGIN_ENDED,

		/** The user, the client id or the address is banned. */
		BANNED,

		/** The client id belongs to another user. */
		OTHER_OWNER,

		/** The user has as many client ids as it may. */
		TOO_MANY_CLIENT_IDS,

		/** The client id is too long. */
		CLIENT_ID_TOO_LONG,

		/** The user is disabled or deleted. */
		DISABLED,

		/** A rule denies it. */
		RULE,

		/** No rule grants it. */
		NO_RULE,

		/** Nobody may write to topics that start with $. */
		RESERVED,

		/** The API key has expired. */
		KEY_EXPIRED,

		/** The API key is not for this topic. */
		KEY_TOPIC,

		/** The API key is not for this endpoint. */
		KEY_SCOPE,

		/** The role of the user does not allow it. */
		ROLE,

		/** The disk has no room for it. */
		DISK_FULL;

		/** The word in JSON. */
		@Override
		public String toString() {
			return word(this);
		}

	}

	private static String word(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}

package io.heliograph.account;

import java.util.concurrent.CompletionStage;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;

/** Who may connect, and what they may read and write. Thread-safe. */
public interface AccessControl {

	/**
	 * Checks who wants to connect. Passwords are hashed on threads of its own, so a
	 * caller may be an event loop.
	 * @return who it is, or why it is refused; never completes exceptionally
	 */
	CompletionStage<Admission> admit(ConnectAttempt attempt);

	/**
	 * Whether a client that was admitted would still be: its user may have been deleted,
	 * disabled or given another password since, or it may be banned. Does not block.
	 */
	boolean stands(MqttClient client);

	/** Whether there is the client's user still, or it is anonymous. Does not block. */
	boolean knows(MqttClient client);

	/** Whether there is a user with this id still. Does not block. */
	boolean knowsUser(long userId);

	/** Whether it is known and not disabled. Does not block. */
	boolean enabled(MqttClient client);

	/**
	 * Decides by the rules of this moment; does not block. A user that is disabled writes
	 * nothing, but what waits in its session waits on.
	 */
	Decision decide(MqttClient who, Action action, Topic topic);

	/**
	 * Decides by its role and the rules of this moment whether a user may publish to a
	 * topic over HTTP; does not block.
	 */
	Decision decidePublish(Caller who, Topic topic);

	/**
	 * Decides whether the will of a client that is gone may be published; does not block.
	 */
	Decision decideWill(MqttClient who, Topic topic);

	/**
	 * Whether a subscription is granted: by default only if there is a topic under the
	 * filter that the client could read. Names the rule that denies all of them, if it is
	 * one alone. Does not block.
	 */
	Decision decideSubscribe(MqttClient who, TopicFilter filter);

	/**
	 * Counts for operators that somebody was refused something: decisions are asked for
	 * without consequence, too, and count nothing. Does not block.
	 */
	void refused(Refusal refusal);

	/**
	 * Takes down that a client has taken over the session of another user's. Does not
	 * block.
	 */
	void tookOver(MqttClient who, MqttClient before);

	/**
	 * A number that grows with each change of the rules: what was decided under another
	 * may be outdated.
	 */
	long revision();

}

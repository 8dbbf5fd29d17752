package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.List;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;

/** The last retained message of each topic. Thread-safe. */
interface RetainedMessages {

	void put(SharedMessage message);

	void clear(Topic topic);

	void removeExpired(Instant now);

	/** Returns those that a filter matches, expired ones too, in no particular order. */
	List<SharedMessage> matching(TopicFilter filter);

}

package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.List;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/** The last retained message of each topic. Thread-safe. */
interface RetainedMessages {

	void put(SharedMessage message);

	void clear(Topic topic);

	/** Returns what is retained of a topic, or null. */
	@Nullable SharedMessage get(Topic topic);

	/** Returns those that are of no use any more. */
	List<SharedMessage> expired(Instant now);

	/** Removes a message, if it is that of its topic still; returns whether it was. */
	boolean remove(SharedMessage message);

	/** Returns those that a filter matches, expired ones too, in no particular order. */
	List<SharedMessage> matching(TopicFilter filter);

}

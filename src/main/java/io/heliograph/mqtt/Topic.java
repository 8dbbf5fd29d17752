package io.heliograph.mqtt;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A topic name: where a message is published.
 *
 * @param name the topic as it stands in the packet
 */
public record Topic(String name) {

	/** As many levels as Mosquitto takes; a deeper topic is refused. */
	public static final int MAX_LEVELS = 200;

	/**
	 * @throws IllegalArgumentException if MQTT forbids it as the topic of a PUBLISH, or
	 * if it has more than {@link #MAX_LEVELS} levels
	 */
	public Topic {
		Utf8.check("A topic", name);
		if (name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
			throw new IllegalArgumentException("A topic to publish to must not hold the wildcards + and #.");
		}
		Levels.check("A topic", name);
	}

	/**
	 * Returns the topic of these levels, or null if no topic is so long or so short.
	 */
	public static @Nullable Topic of(List<String> levels) {
		String name = String.join("/", levels);
		return Utf8.fits(name) ? new Topic(name) : null;
	}

	/** Whether it starts with $ and so belongs to the server. */
	public boolean reserved() {
		return this.name.charAt(0) == '$';
	}

	/** The levels, from the root. */
	public List<String> levels() {
		return Levels.of(this.name);
	}

	@Override
	public String toString() {
		return this.name;
	}

}

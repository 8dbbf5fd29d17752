package io.heliograph.mqtt;

/** Quality of service of a message or a subscription. */
public enum Qos {

	AT_MOST_ONCE(0), AT_LEAST_ONCE(1), EXACTLY_ONCE(2);

	private final int level;

	Qos(int level) {
		this.level = level;
	}

	/**
	 * Returns the quality of service with this number on the wire.
	 * @throws IllegalArgumentException if it is not 0, 1 or 2
	 */
	public static Qos of(int level) {
		return switch (level) {
			case 0 -> AT_MOST_ONCE;
			case 1 -> AT_LEAST_ONCE;
			case 2 -> EXACTLY_ONCE;
			default -> throw new IllegalArgumentException("A QoS is 0, 1 or 2, not " + level + ".");
		};
	}

	/** The number on the wire. */
	public int level() {
		return this.level;
	}

	public Qos min(Qos other) {
		return (this.level <= other.level) ? this : other;
	}

	public Qos max(Qos other) {
		return (this.level >= other.level) ? this : other;
	}

}

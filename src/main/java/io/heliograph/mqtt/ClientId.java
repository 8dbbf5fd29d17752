package io.heliograph.mqtt;

/**
 * The name of a device towards the broker.
 *
 * @param value the client identifier as it stood in CONNECT, or as the server assigned it
 */
public record ClientId(String value) implements Comparable<ClientId> {

	/**
	 * @throws IllegalArgumentException if it is empty, longer than MQTT allows or holds
	 * U+0000
	 */
	public ClientId {
		Utf8.check("A client id", value);
	}

	@Override
	public int compareTo(ClientId other) {
		return this.value.compareTo(other.value);
	}

	@Override
	public String toString() {
		return this.value;
	}

}

package io.heliograph.broker.moquette;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/**
 * Settings of MQTT on the network.
 *
 * @param listeners where devices connect; without any there is one on port 1883
 * @param maxPacketSize the largest packet that a device may send; a larger one ends its
 * connection
 * @param connectTimeout how long after its connection a device may take to send CONNECT
 * @param ioThreads how many threads serve connections; 0 for as many as there are
 * processors, 1024 at most
 */
@ConfigurationProperties("heliograph")
record BrokerSettings(@DefaultValue List<ListenerSettings> listeners, @DefaultValue("1MB") DataSize maxPacketSize,
		@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s") Duration connectTimeout,
		@DefaultValue("0") int ioThreads) {

	private static final long LARGEST_PACKET = 268_435_455 + 5;

	private static final int MOST_THREADS = 1024;

	private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

	private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

	BrokerSettings {
		if (listeners.isEmpty()) {
			listeners = List
				.of(new ListenerSettings(null, ListenerSettings.Protocol.MQTT, "127.0.0.1", null, false, List.of()));
		}
		for (int i = 0; i < listeners.size(); i++) {
			listeners.subList(0, i).forEach(listeners.get(i)::checkBeside);
		}
		if (maxPacketSize.toBytes() < 128 || maxPacketSize.toBytes() > LARGEST_PACKET) {
			throw new IllegalArgumentException("max-packet-size is " + maxPacketSize + "; give 128B to 256MB.");
		}
		if (connectTimeout.compareTo(SHORTEST_TIMEOUT) < 0 || connectTimeout.compareTo(LONGEST_TIMEOUT) > 0) {
			throw new IllegalArgumentException("connect-timeout is " + DurationStyle.SIMPLE.print(connectTimeout)
					+ "; give 1ms to 1h, such as 10s.");
		}
		if (ioThreads < 0 || ioThreads > MOST_THREADS) {
			throw new IllegalArgumentException(
					"io-threads is " + ioThreads + "; give 0 for one per processor, or a number up to 1024.");
		}
	}

	int maxPacketBytes() {
		return (int) this.maxPacketSize.toBytes();
	}

	int threads() {
		return (this.ioThreads > 0) ? this.ioThreads : Runtime.getRuntime().availableProcessors();
	}

}

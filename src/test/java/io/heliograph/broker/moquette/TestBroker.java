package io.heliograph.broker.moquette;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.heliograph.broker.BrokerLife.Listener;
import io.heliograph.broker.Broker;
import io.heliograph.broker.engine.CurrentEngine;
import io.heliograph.broker.engine.Engine;
import io.heliograph.broker.engine.TestEngines;
import io.heliograph.broker.moquette.ListenerSettings.Protocol;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import io.netty.channel.Channel;

import org.springframework.util.unit.DataSize;

import static org.awaitility.Awaitility.await;

/**
 * A broker without anything around it, on free ports, with a listener for each protocol.
 */
final class TestBroker implements AutoCloseable {

	private final CurrentEngine engine;

	private final MoquetteBroker broker;

	TestBroker(TestAccess access) {
		this(access, Clock.systemUTC(), 100_000);
	}

	TestBroker(TestAccess access, Duration connectTimeout) {
		this(access, Clock.systemUTC(), 100_000, connectTimeout);
	}

	TestBroker(TestAccess access, Clock clock, int maxQueued) {
		this(access, clock, maxQueued, Duration.ofSeconds(2));
	}

	private TestBroker(TestAccess access, Clock clock, int maxQueued, Duration connectTimeout) {
		this.engine = TestEngines.current(access, clock, maxQueued);
		List<ListenerSettings> listeners = List
			.of(new ListenerSettings("tcp", Protocol.MQTT, "127.0.0.1", 0, true, List.of()), new ListenerSettings("ws",
					Protocol.WEBSOCKETS, "127.0.0.1", 0, true, List.of("https://allowed.example")));
		this.broker = new MoquetteBroker(this.engine, access,
				new BrokerSettings(listeners, DataSize.ofMegabytes(1), connectTimeout, 2), clock);
		this.broker.start();
	}

	Engine engine() {
		return this.engine.engine();
	}

	Broker broker() {
		return this.engine;
	}

	MoquetteBroker life() {
		return this.broker;
	}

	MoquetteBroker.Running running() {
		return Objects.requireNonNull(this.broker.running());
	}

	int port() {
		return address("tcp").getPort();
	}

	int webSocketPort() {
		return address("ws").getPort();
	}

	private InetSocketAddress address(String name) {
		return this.broker.listeners()
			.stream()
			.filter((listener) -> listener.name().equals(name))
			.findFirst()
			.map(Listener::address)
			.orElseThrow();
	}

	/**
	 * Connects more clients, one after the other, than there are event loops, and pings:
	 * each loop has its turn.
	 */
	void pingOnEachLoop() {
		for (int i = 0; i < 4; i++) {
			try (RawClient client = RawClient.connected(port(), "other-" + i, true)) {
				client.ping();
			}
		}
	}

	/** The broker's end of the connection from a port, once it is set up. */
	Channel channelOf(int clientPort) {
		return await()
			.until(() -> running().connections().stream().filter((channel) -> isFrom(channel, clientPort)).findFirst(),
					(found) -> found.isPresent())
			.orElseThrow();
	}

	private static boolean isFrom(Channel channel, int port) {
		return channel.remoteAddress() instanceof InetSocketAddress address && address.getPort() == port
				&& channel.pipeline().get(Guard.class) != null;
	}

	@Override
	public void close() {
		this.broker.stop();
		this.engine.engine().close();
	}

}

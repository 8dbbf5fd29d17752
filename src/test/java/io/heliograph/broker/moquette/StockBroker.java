package io.heliograph.broker.moquette;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.heliograph.testing.RawClient;
import io.moquette.broker.ClientDescriptor;
import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.security.IAuthorizatorPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import static org.awaitility.Awaitility.await;

/**
 * Moquette as it comes, on a free port: what an attack does to it says what ours has to
 * withstand.
 */
final class StockBroker implements AutoCloseable {

	/**
	 * Longer than a broker that works takes to answer, whatever else the machine does.
	 */
	private static final Duration PATIENCE = Duration.ofMillis(500);

	private static final int ATTEMPTS = 20;

	private final Server server = new Server();

	private final int port;

	/** A broker that keeps everything in memory and lets everybody in. */
	StockBroker() {
		this(new Properties(), null);
	}

	/**
	 * @param properties settings in addition to those of a broker in memory
	 * @param rights who may read and write what, or null for what the settings say
	 */
	StockBroker(Properties properties, @Nullable IAuthorizatorPolicy rights) {
		logs(Level.OFF);
		Properties all = new Properties();
		all.setProperty("host", "127.0.0.1");
		all.setProperty("port", "0");
		all.setProperty("allow_anonymous", "true");
		all.setProperty("persistence_enabled", "false");
		all.setProperty("telemetry_enabled", "false");
		all.putAll(properties);
		try {
			this.server.startServer(new MemoryConfig(all), null, null, null, rights);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		// it is noted by another thread
		await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> this.server.getPort() != 0);
		this.port = this.server.getPort();
	}

	/** It has a stack trace to tell of each line that is cut. */
	private static void logs(@Nullable Level level) {
		for (String name : List.of("io.moquette", "io.netty.util.concurrent.DefaultPromise")) {
			((Logger) LoggerFactory.getLogger(name)).setLevel(level);
		}
	}

	int port() {
		return this.port;
	}

	/** The client ids that it takes for connected. */
	Set<String> connected() {
		Set<String> ids = new TreeSet<>();
		this.server.listConnectedClients().stream().map(ClientDescriptor::getClientID).forEach(ids::add);
		return ids;
	}

	/**
	 * Whether an attack ends the thread that this client id belongs to. It is repeated,
	 * because Moquette also drops one of a hundred clients for no reason at all.
	 */
	boolean stoppedBy(IntFunction<RawClient> attack, String clientId) {
		RawClient.connected(port(), clientId, true).close();
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			try (RawClient attacker = attack.apply(port())) {
				attacker.patience(Duration.ofMillis(100)).closedByServer();
			}
			catch (IllegalStateException ex) {
				// dropped, before it could do any harm
			}
			if (!answers(clientId)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether it still answers the CONNECT of a client id. Once the thread that a client
	 * id belongs to has ended, none of its clients gets an answer any more.
	 */
	boolean answers(String clientId) {
		try (RawClient client = new RawClient(port()).patience(PATIENCE)) {
			client.send(RawClient.connect(4, clientId, true));
			return client.receiveOrClosed() != null;
		}
		catch (UncheckedIOException ex) {
			return false;
		}
	}

	/** It takes seconds to stop, for which nobody has to wait. */
	@Override
	public void close() {
		logs(null);
		CompletableFuture.runAsync(this.server::stopServer);
	}

}

package io.heliograph.broker.moquette;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
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

/**
 * Moquette as it comes, on a free port: what an attack does to it says what ours has to
 * withstand.
 */
final class StockBroker implements AutoCloseable {

	/** Some hundred times what it takes to answer, also where much else is done. */
	private static final Duration PATIENCE = Duration.ofSeconds(2);

	/** Where Netty logs what Moquette throws at it. */
	private static final Logger PROMISES = (Logger) LoggerFactory.getLogger("io.netty.util.concurrent.DefaultPromise");

	static {
		// it has a stack trace to tell of each line that is cut
		((Logger) LoggerFactory.getLogger("io.moquette")).setLevel(Level.OFF);
	}

	private static final int ATTEMPTS = 20;

	private final Server server = new Server();

	private final int port = freePort();

	/** A broker that keeps everything in memory and lets everybody in. */
	StockBroker() {
		this(new Properties(), null);
	}

	/**
	 * @param properties settings in addition to those of a broker in memory
	 * @param rights who may read and write what, or null for what the settings say
	 */
	StockBroker(Properties properties, @Nullable IAuthorizatorPolicy rights) {
		PROMISES.setLevel(Level.OFF);
		Properties all = new Properties();
		all.setProperty("host", "127.0.0.1");
		all.setProperty("port", String.valueOf(this.port));
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
	}

	/**
	 * Which port Moquette chose cannot be asked for: it writes that into a HashMap on one
	 * thread, and to read it on another may fail.
	 */
	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
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
	 * Does what a client may do, as a function of the port. It is repeated if it fails,
	 * because Moquette drops one of a hundred clients for no reason at all.
	 */
	<T> T tolerating(IntFunction<T> clients) {
		for (int attempt = 1;; attempt++) {
			try {
				return clients.apply(port());
			}
			catch (IllegalStateException ex) {
				if (attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Whether an attack ends the thread that this client id belongs to. It is repeated,
	 * for the same reason.
	 */
	boolean stoppedBy(IntFunction<RawClient> attack, String clientId) {
		RawClient.connected(port(), clientId, true).close();
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			try (RawClient attacker = attack.apply(port())) {
				attacker.patience(Duration.ofMillis(100)).closedByServer();
			}
			catch (IllegalStateException | UncheckedIOException ex) {
				// dropped before it could do any harm, or not answered any more
			}
			if (!answers(clientId)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether it still answers the CONNECT of a client id, be it by closing the
	 * connection. Once the thread that a client id belongs to has ended, nothing happens
	 * to it any more.
	 */
	boolean answers(String clientId) {
		try (RawClient client = new RawClient(port()).patience(PATIENCE)) {
			client.send(RawClient.connect(4, clientId, true));
			client.receiveOrClosed();
			return true;
		}
		catch (UncheckedIOException ex) {
			return false;
		}
	}

	/** It takes seconds to stop, for which nobody has to wait. */
	@Override
	public void close() {
		PROMISES.setLevel(null);
		CompletableFuture.runAsync(this.server::stopServer);
	}

}

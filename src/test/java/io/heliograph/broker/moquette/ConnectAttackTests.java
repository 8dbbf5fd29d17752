package io.heliograph.broker.moquette;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.heliograph.broker.SessionView;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What can be done to a broker by how one connects to it. */
class ConnectAttackTests extends AttackTests {

	private static final int PINGRESP = 13;

	private static final byte[] PINGREQ = { (byte) 0xc0, 0 };

	/** A device with a bad line, in fast motion. */
	private static void flap(int port, int cycles) {
		for (int i = 0; i < cycles; i++) {
			new RawClient(port).send(RawClient.connect(4, "flapping", false)).hangUp();
		}
	}

	@Test
	void survivesADeviceThatFlaps() {
		try (StockBroker stock = new StockBroker()) {
			RawClient.connected(stock.port(), "flapping", false).close();
			await().pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.atMost(Duration.ofSeconds(60))
				.until(() -> {
					flap(stock.port(), 50);
					return !stock.answers("flapping");
				});
		}
		this.healthy.during(() -> flap(this.broker.port(), 2000));
		RawClient device = RawClient.connected(this.broker.port(), "flapping", false).subscribed("t", 1);
		device.ping();
		device.close();
		await().until(() -> this.broker.engine()
			.sessions()
			.find(new ClientId("flapping"))
			.filter(SessionView::connected)
			.isEmpty());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysNothingOfLinesThatAreCut(CapturedOutput output) {
		for (int i = 0; i < 200; i++) {
			new RawClient(this.broker.port()).send(RawClient.connect(4, "cut-" + i, true)).close();
		}
		await().until(() -> this.broker.engine()
			.sessions()
			.all()
			.stream()
			.noneMatch((session) -> startsWith(session, "cut")));
		assertThat(output).doesNotContain("SessionCorruptedException");
	}

	private static boolean startsWith(SessionView session, String prefix) {
		return session.client().value().startsWith(prefix);
	}

	/** Returns how many were answered before the connection was closed, 200 at most. */
	private static int connectAgainAndAgain(int port) {
		try (RawClient attacker = new RawClient(port)) {
			int answered = 0;
			while (answered < 200) {
				attacker.send(RawClient.connect(4, "ghost-" + answered, true));
				Packet answer = attacker.receiveOrClosed();
				if (answer == null) {
					break;
				}
				answered++;
			}
			return answered;
		}
	}

	@Test
	void takesOneConnectOnAConnection() {
		try (StockBroker stock = new StockBroker()) {
			assertThat(connectAgainAndAgain(stock.port())).isEqualTo(200);
			await().until(() -> !stock.connected().contains("ghost-199"));
			assertThat(stock.connected()).hasSizeGreaterThan(100);
		}
		this.healthy.during(() -> assertThat(connectAgainAndAgain(this.broker.port())).isOne());
		await().until(() -> this.broker.engine()
			.sessions()
			.all()
			.stream()
			.noneMatch((session) -> startsWith(session, "ghost")));
		RawClient attacker = RawClient.connected5(this.broker.port(), "again", true);
		assertThat(attacker.send(RawClient.connect(5, "again", true)).closeReason()).isEqualTo(0x82);
	}

	/**
	 * Two ids of which one is the other with a suffix that a store uses for itself: it
	 * takes the queue of the first for its notes on the second. Returns which were let
	 * in.
	 */
	private static List<String> connectWithNamesOfTheStore(int port) {
		return Stream.of("x_meta", "x").filter((id) -> {
			try (RawClient client = new RawClient(port).patience(Duration.ofSeconds(3))) {
				return client.send(RawClient.connect(4, id, false)).receiveOrClosed() != null;
			}
			catch (UncheckedIOException ex) {
				return false;
			}
		}).toList();
	}

	@Test
	void takesAnyClientIdForNothingButAName(@TempDir Path directory) {
		Properties settings = new Properties();
		settings.setProperty("persistence_enabled", "true");
		settings.setProperty("persistent_queue_type", "h2");
		settings.setProperty("data_path", directory.toString());
		try (StockBroker stock = new StockBroker(settings, null)) {
			stock.tolerating((port) -> RawClient.connected(port, "another", true)).close();
			assertThat(connectWithNamesOfTheStore(stock.port())).containsExactly("x_meta");
			assertThat(stock.answers("x")).isFalse();
		}
		this.healthy
			.during(() -> assertThat(connectWithNamesOfTheStore(this.broker.port())).containsExactly("x_meta", "x"));
	}

	/** Whether a connection that does not send CONNECT is still there after 3 s. */
	private static boolean holdsByPings(int port) {
		try (RawClient attacker = new RawClient(port)) {
			for (int i = 0; i < 15; i++) {
				Packet answer = attacker.send(PINGREQ).receiveOrClosed();
				if (answer == null) {
					return false;
				}
				assertThat(answer.type()).isEqualTo(PINGRESP);
				sleep(200);
			}
			return true;
		}
	}

	private static boolean holdsByDripping(int port) {
		byte[] connect = RawClient.connect(4, "attacker-with-a-long-name", true);
		try (RawClient attacker = new RawClient(port).patience(Duration.ofMillis(200))) {
			for (int i = 0; i < 15; i++) {
				attacker.send(new byte[] { connect[i] });
				if (attacker.closedByServer()) {
					return false;
				}
			}
			return true;
		}
	}

	private static void sleep(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void waitsForConnectOnlySoLong() {
		Properties settings = new Properties();
		settings.setProperty("netty.channel_timeout.seconds", "1");
		try (StockBroker stock = new StockBroker(settings, null)) {
			CompletableFuture<Boolean> pings = CompletableFuture.supplyAsync(() -> holdsByPings(stock.port()));
			CompletableFuture<Boolean> drip = CompletableFuture.supplyAsync(() -> holdsByDripping(stock.port()));
			this.healthy.during(() -> {
				RawClient silent = new RawClient(this.broker.port());
				assertThat(holdsByPings(this.broker.port())).isFalse();
				assertThat(holdsByDripping(this.broker.port())).isFalse();
				assertThat(silent.closedByServer()).isTrue();
			});
			assertThat(pings.join()).as("stock, pings").isTrue();
			assertThat(drip.join()).as("stock, drip").isTrue();
			assertThat(new RawClient(stock.port()).closedByServer()).as("its time-out").isTrue();
		}
	}

	/** Returns whether all that a hasty client asked for was answered. */
	private static boolean serves(int port, boolean pipelined) {
		try (RawClient client = new RawClient(port)) {
			byte[] connect = RawClient.connect(4, "hasty", true);
			byte[] subscribe = RawClient.subscribe(1, "t", 1);
			byte[] publish = RawClient.publish("t", "hello", 1, 2);
			if (pipelined) {
				client.send(connect, subscribe, publish);
				return receives(client, 4);
			}
			client.send(connect).receive();
			client.send(subscribe, publish);
			return receives(client, 3);
		}
	}

	private static boolean receives(RawClient client, int packets) {
		return Stream.generate(client::receiveOrClosed).limit(packets).allMatch(Objects::nonNull);
	}

	@Test
	void servesAClientThatDoesNotWait() {
		try (StockBroker stock = new StockBroker()) {
			assertThat(serves(stock.port(), true)).isFalse();
			await().pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.atMost(Duration.ofSeconds(60))
				.until(() -> !serves(stock.port(), false));
		}
		this.healthy.during(() -> {
			for (int i = 0; i < 500; i++) {
				assertThat(serves(this.broker.port(), i % 2 == 0)).isTrue();
			}
		});
	}

}

package io.heliograph.longrun;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

import io.heliograph.testing.HeliographProcess;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A fleet with generated passwords comes back after a kill -9 while strangers send wrong
 * passwords, and this prints what it took: {@code ./mvnw test -Plong
 * -Dtest=FleetReturnTests}. Server, fleet and strangers share one machine; server and
 * tests need a file descriptor each for each device and stranger. To add the users takes
 * longest: with {@code -Dheliograph.fleet.directory=DIR} they are kept for the next run.
 */
@Tag("long")
@TestInstance(Lifecycle.PER_CLASS)
class FleetReturnTests {

	private static final int DEVICES = Integer.getInteger("heliograph.fleet.devices", 10_000);

	private static final int STRANGERS_PER_SECOND = 500;

	private static final int OTHER_ADDRESSES = 100;

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Duration PATIENCE = Duration.ofMinutes(4);

	private final int port = portThatNobodyIsGiven();

	private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

	private final List<ReturningDevice> fleet = new ArrayList<>();

	private Path directory;

	private HeliographProcess server;

	@BeforeAll
	void startFleet(@TempDir Path temporary) throws Exception {
		String kept = System.getProperty("heliograph.fleet.directory");
		this.directory = (kept != null) ? Files.createDirectories(Path.of(kept).toAbsolutePath()) : temporary;
		this.server = start().awaitReady();
		FleetUsers users = new FleetUsers(this.directory.resolve("passwords"));
		long begin = System.nanoTime();
		int added = users.add(this.server.admin(), DEVICES);
		print("%d users were added in %.1f s", added, seconds(System.nanoTime() - begin));
		this.server.admin()
			.post("/api/admin/acl/rules", "{'scope':'everyone','access':'read','topic':'to/%u'}")
			.expect(201);
		for (int i = 0; i < DEVICES; i++) {
			String name = FleetUsers.name(i);
			this.fleet.add(new ReturningDevice(this.loops, this.port, name, users.passwords().get(name)));
		}
		begin = System.nanoTime();
		this.fleet.forEach(ReturningDevice::start);
		awaitFleet();
		print("all are there for the first time after %.1f s", seconds(System.nanoTime() - begin));
	}

	private HeliographProcess start() {
		return HeliographProcess.compiled(this.directory.resolve("data"), "heliograph.listeners[0].port=" + this.port);
	}

	@AfterAll
	void stop() {
		this.fleet.forEach(ReturningDevice::stop);
		this.server.close();
		this.loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
	}

	@Test
	void isBackWithinAMinute() {
		assertThat(comeBack("no strangers", 0, 0)).isLessThan(LIMIT.toSeconds());
	}

	@Test
	void isBackWithinAMinuteThoughStrangersAtItsAddressSendWrongPasswords() {
		assertThat(comeBack("strangers at the fleet's address", STRANGERS_PER_SECOND, 0)).isLessThan(LIMIT.toSeconds());
	}

	@Test
	void isBackWithinAMinuteThoughStrangersAtManyAddressesSendWrongPasswords() {
		assertThat(comeBack("strangers at many addresses", STRANGERS_PER_SECOND, OTHER_ADDRESSES))
			.isLessThan(LIMIT.toSeconds());
	}

	private void awaitFleet() {
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(100))
			.until(() -> this.fleet.stream().allMatch(ReturningDevice::isBack));
	}

	/** Returns how many seconds it takes from the moment in which the port accepts. */
	private double comeBack(String title, int strangersPerSecond, int addresses) {
		int refusalsBefore = sum(ReturningDevice::refusals);
		this.server.kill();
		await().until(() -> this.fleet.stream().noneMatch(ReturningDevice::isBack));
		try (WrongPasswords strangers = new WrongPasswords(this.port, strangersPerSecond, addresses, DEVICES)) {
			long started = System.nanoTime();
			this.server = start();
			awaitPort();
			long open = System.nanoTime();
			CpuTimes atFirst = CpuTimes.of(this.server.pid());
			strangers.countAnew();
			int connectionsBefore = sum(ReturningDevice::connections);
			awaitFleet();
			CpuTimes spent = CpuTimes.of(this.server.pid()).since(atFirst);
			Map<String, Long> outcomes = strangers.outcomes();
			double watched = seconds(System.nanoTime() - open);
			List<Double> back = this.fleet.stream().map((device) -> seconds(device.backAt() - open)).sorted().toList();
			double last = back.get(back.size() - 1);
			print("%s (load of the machine %.1f):", title,
					ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
			print("  port open %.1f s after the start; half are back after %.1f s, 99 %% after %.1f s, all after %.1f s",
					seconds(open - started), back.get(DEVICES / 2), back.get(DEVICES * 99 / 100), last);
			print("  the fleet asked for %d connections; %d of its CONNECTs were refused",
					sum(ReturningDevice::connections) - connectionsBefore,
					sum(ReturningDevice::refusals) - refusalsBefore);
			print("  strangers, in %.1f s: %.0f CONNECTs a second, %s", watched,
					outcomes.getOrDefault(WrongPasswords.SENT, 0L) / watched, outcomes);
			print("  processor time of the server: %s", spent);
			return last;
		}
	}

	private int sum(ToIntFunction<ReturningDevice> count) {
		return this.fleet.stream().mapToInt(count).sum();
	}

	private void awaitPort() {
		await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).until(() -> {
			try (Socket socket = new Socket("127.0.0.1", this.port)) {
				return socket.isConnected();
			}
			catch (IOException ex) {
				return false;
			}
		});
	}

	/**
	 * Linux gives ports from 32768 on to who connects: a device that tries one of those
	 * while nobody listens there may be connected to itself, and keep the server out.
	 */
	private static int portThatNobodyIsGiven() {
		while (true) {
			try (ServerSocket socket = new ServerSocket(10_000 + ThreadLocalRandom.current().nextInt(20_000))) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// somebody has it
			}
		}
	}

	private static double seconds(long nanos) {
		return nanos / 1e9;
	}

	private static void print(String line, Object... figures) {
		System.out.printf(line + "%n", figures);
	}

}

package io.heliograph.broker.moquette;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.heliograph.broker.BrokerLife.Listener;
import io.heliograph.testing.LoggedLines;
import io.heliograph.testing.TestAccess;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The signs of life of a broker that lives, and of one that does not. */
class BrokerLifeTests {

	private final TestBroker broker = new TestBroker(new TestAccess());

	@AfterEach
	void close() {
		this.broker.close();
	}

	private CompletableFuture<Void> canary() {
		return this.broker.life().canary().toCompletableFuture();
	}

	@Test
	void areThereWhileItServes() throws Exception {
		canary().get(5, TimeUnit.SECONDS);
		assertThat(this.broker.life().listeners()).extracting(Listener::name).containsExactly("tcp", "ws");
		assertThat(this.broker.life().listeners()).allMatch(Listener::bound);
	}

	@Test
	void tellWhichListenerIsClosed() {
		this.broker.running().listeners().get("ws").close().awaitUninterruptibly();
		assertThat(this.broker.life().listeners()).filteredOn(Listener::bound)
			.extracting(Listener::name)
			.containsExactly("tcp");
	}

	private Stream<EventExecutor> loops() {
		MoquetteBroker.Running running = this.broker.running();
		return Stream.of(running.acceptors(), running.workers())
			.flatMap((group) -> StreamSupport.stream(group.spliterator(), false));
	}

	@Test
	void wearOutWhileAThreadIsBlocked() {
		assertThat(loops()).as("one that accepts, two that serve").hasSize(3).allSatisfy((loop) -> {
			CompletableFuture<Void> blocked = new CompletableFuture<>();
			CompletableFuture<Void> released = new CompletableFuture<>();
			loop.execute(() -> {
				blocked.complete(null);
				released.join();
			});
			blocked.get(5, TimeUnit.SECONDS);
			CompletableFuture<Void> canary = canary();
			try {
				assertThatExceptionOfType(TimeoutException.class)
					.isThrownBy(() -> canary.get(200, TimeUnit.MILLISECONDS));
			}
			finally {
				released.complete(null);
			}
			canary.get(5, TimeUnit.SECONDS);
		});
	}

	@Test
	void tellThatAThreadThatServesHasEnded() {
		end(this.broker.running().workers());
	}

	@Test
	void tellThatTheThreadThatAcceptsHasEnded() {
		end(this.broker.running().acceptors());
	}

	private void end(EventLoopGroup threads) {
		threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
		assertThat(canary()).isCompletedExceptionally();
	}

	/** What hangs must not keep the store from being opened again. */
	@Test
	void endWithItThoughAThreadHangs() throws Exception {
		CompletableFuture<Void> hangs = new CompletableFuture<>();
		CompletableFuture<Void> released = new CompletableFuture<>();
		this.broker.running().workers().next().execute(() -> {
			hangs.complete(null);
			released.join();
		});
		hangs.get(5, TimeUnit.SECONDS);
		try (LoggedLines lines = new LoggedLines(MoquetteBroker.class)) {
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.broker.life()::stop);
			stopped.get(30, TimeUnit.SECONDS);
			assertThat(lines.all()).extracting(ILoggingEvent::getFormattedMessage)
				.filteredOn((line) -> line.contains("has not come to its end"))
				.hasSize(1);
		}
		finally {
			released.complete(null);
		}
	}

	@Test
	void endWithIt() {
		this.broker.life().stop();
		assertThat(this.broker.life().listeners()).isEmpty();
		assertThat(canary()).isCompletedExceptionally();
	}

}

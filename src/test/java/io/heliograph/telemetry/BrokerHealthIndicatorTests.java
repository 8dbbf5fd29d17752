package io.heliograph.telemetry;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.heliograph.broker.BrokerLife;
import io.heliograph.broker.StoreLife;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/** What the signs of life of the broker mean. */
class BrokerHealthIndicatorTests {

	private static final CompletionStage<Void> PASSED = CompletableFuture.completedFuture(null);

	private static BrokerLife.Listener listener(String name, boolean bound) {
		return new BrokerLife.Listener(name, new InetSocketAddress("127.0.0.1", 1883), bound);
	}

	private static Health health(CompletionStage<Void> canary, BrokerLife.Listener... listeners) {
		return health(canary, Optional.empty(), listeners);
	}

	private static Health health(CompletionStage<Void> canary, Optional<StoreLife.Failure> storeFailure,
			BrokerLife.Listener... listeners) {
		return indicator(canary, storeFailure, listeners).health();
	}

	private static BrokerHealthIndicator indicator(CompletionStage<Void> canary,
			Optional<StoreLife.Failure> storeFailure, BrokerLife.Listener... listeners) {
		return new BrokerHealthIndicator(new BrokerLife() {

			@Override
			public List<Listener> listeners() {
				return List.of(listeners);
			}

			@Override
			public CompletionStage<Void> canary() {
				return canary;
			}

		}, () -> storeFailure, () -> Map.of("expired", 3L));
	}

	private static void isDown(Health health, String reason) {
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).containsEntry("reason", reason);
	}

	@Test
	void areGoodIfAllListenAndAllThreadsAnswer() {
		Health health = health(PASSED, listener("tcp", true), listener("ws", true));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsOnlyKeys("listeners", "undelivered", "canaryMicros")
			.containsEntry("undelivered", Map.of("expired", 3L));
		assertThat(health.getDetails().get("listeners")).asString().contains("tcp=listens on", "ws=listens on");
	}

	@Test
	void areBadIfOneDoesNotListen() {
		Health health = health(PASSED, listener("tcp", true), listener("ws", false));
		isDown(health, "not every listener is bound");
		assertThat(health.getDetails().get("listeners")).asString().contains("tcp=listens on", "ws=does not listen");
	}

	@Test
	void areBadIfTheStoreHasFailedThoughAllElseIsGood() {
		Optional<StoreLife.Failure> failure = Optional.of(new StoreLife.Failure("a test", false));
		isDown(health(PASSED, failure, listener("tcp", true)), "a test");
	}

	/** Whoever watches liveness kills the process: that must help. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void areNoReasonToKillTheProcessWhileTheStoreIsOpenedAgain(boolean lasting) {
		Optional<StoreLife.Failure> failure = Optional.of(new StoreLife.Failure("a test", lasting));
		Health liveness = new BrokerLivenessHealthIndicator(indicator(PASSED, failure), () -> failure).health();
		assertThat(liveness.getStatus()).isEqualTo(lasting ? Status.DOWN : Status.UP);
	}

	@Test
	void areAReasonToKillTheProcessIfAThreadHasEnded() {
		BrokerHealthIndicator broker = indicator(CompletableFuture.failedFuture(new IllegalStateException()),
				Optional.empty(), listener("tcp", true));
		isDown(new BrokerLivenessHealthIndicator(broker, Optional::empty).health(), "an event loop has ended");
	}

	@Test
	void areBadIfThereIsNoListener() {
		isDown(health(PASSED), "not every listener is bound");
	}

	@Test
	void areBadIfAThreadDoesNotAnswer() {
		isDown(health(new CompletableFuture<>(), listener("tcp", true)), "an event loop did not answer within 2000 ms");
	}

	@Test
	void areBadIfAThreadHasEnded() {
		isDown(health(CompletableFuture.failedFuture(new IllegalStateException()), listener("tcp", true)),
				"an event loop has ended");
	}

}

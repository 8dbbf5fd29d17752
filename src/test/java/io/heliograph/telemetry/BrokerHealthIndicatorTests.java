package io.heliograph.telemetry;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.heliograph.broker.BrokerLife;
import org.junit.jupiter.api.Test;

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

	private static Health health(CompletionStage<Void> canary, Optional<String> storeFailure,
			BrokerLife.Listener... listeners) {
		return new BrokerHealthIndicator(new BrokerLife() {

			@Override
			public List<Listener> listeners() {
				return List.of(listeners);
			}

			@Override
			public CompletionStage<Void> canary() {
				return canary;
			}

		}, () -> storeFailure, () -> Map.of("expired", 3L)).health();
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
		isDown(health(PASSED, Optional.of("a test"), listener("tcp", true)), "a test");
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

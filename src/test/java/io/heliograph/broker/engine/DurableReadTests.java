package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.heliograph.broker.Ledger.Search;
import io.heliograph.broker.Notification;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What was told stays true: a loss of power does not take it. */
class DurableReadTests {

	/** It is in the store already, and the disk does not have it. */
	@ParameterizedTest
	@EnumSource
	void isToldWhenTheDiskHasIt(Read read) {
		LaggingStore store = new LaggingStore(List.of());
		try (TestEngine engine = new TestEngine(store, new MovedClock(), 100, TestEngines.KEEP_ALL)) {
			TestClient device = engine.client("device");
			device.connect(3600);
			device.subscribe("t");
			device.leave();
			engine.settle();
			long before = store.position();
			store.lag();
			Notification notification = TestMessages.notification("t");
			engine.engine().notify(List.of(notification));
			await().until(() -> store.position() > before);
			CompletableFuture<Integer> found = CompletableFuture
				.supplyAsync(() -> read.count.apply(new Reader(engine.engine(), notification, device)));
			assertThat(found).failsWithin(Duration.ofMillis(100)).withThrowableOfType(TimeoutException.class);
			store.syncAll();
			assertThat(found).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1);
		}
	}

	private record Reader(Engine engine, Notification notification, TestClient device) {
	}

	enum Read {

		NOTIFICATION((reader) -> reader.engine.ledger().find(reader.notification.message().id()).isPresent() ? 1 : 0),

		SEARCH((reader) -> reader.engine.ledger().search(new Search(null, null, null, null), null, 10).items().size()),

		DELIVERIES((reader) -> reader.engine.ledger()
			.deliveries(reader.notification.message().id(), null, null, 10)
			.items()
			.size()),

		DELIVERIES_OF_CLIENT(
				(reader) -> reader.engine.ledger().deliveries(reader.device.id(), null, 10).items().size()),

		QUEUE((reader) -> reader.engine.sessions().of(reader.device.id(), null, 10).items().size());

		private final Function<Reader, Integer> count;

		Read(Function<Reader, Integer> count) {
			this.count = count;
		}

	}

}

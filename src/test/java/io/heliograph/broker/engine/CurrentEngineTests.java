package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The engine that is opened again when its store fails. */
class CurrentEngineTests {

	private final List<Engine> opened = new ArrayList<>();

	private final CountDownLatch third = new CountDownLatch(3);

	private Engine open(Consumer<Throwable> onFailure) {
		Engine engine = TestEngines.open(new TestAccess(), new MovedClock(), 100);
		int number;
		synchronized (this.opened) {
			this.opened.add(engine);
			number = this.opened.size();
		}
		this.third.countDown();
		if (number < 3) {
			onFailure.accept(new IllegalStateException("a test"));
			awaitThird();
		}
		return engine;
	}

	/** It is not opened before this one is there, unless by a defect. */
	private void awaitThird() {
		try {
			this.third.await(300, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void isAnotherOneThoughItsStoreFailsWhileItIsOpened() {
		try (CurrentEngine current = new CurrentEngine(this::open)) {
			await().until(() -> this.third.getCount() == 0);
			await().untilAsserted(() -> assertThat(current.engine()).isSameAs(this.opened.get(2)));
			assertThat(this.opened).hasSize(3);
		}
	}

}

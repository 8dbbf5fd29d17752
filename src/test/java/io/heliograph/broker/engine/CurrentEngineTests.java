package io.heliograph.broker.engine;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.heliograph.account.Login;
import io.heliograph.account.MqttClient;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Ledger.Search;
import io.heliograph.broker.Ledger.Watch;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Notification;
import io.heliograph.broker.StoreLife;
import io.heliograph.broker.rows.ReceivedRow;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.StoreUnusable;
import io.heliograph.broker.store.TestStores;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/** The engine that is opened again when its store fails. */
class CurrentEngineTests {

	private static final Login USER = new Login(7, "someone", 1);

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
			await().until(() -> current.failure().isEmpty());
		}
	}

	@Test
	void saysThatItsStoreHasFailedUntilAllGoesOn() {
		AtomicReference<Consumer<Throwable>> failure = new AtomicReference<>();
		AtomicReference<RuntimeException> unusable = new AtomicReference<>();
		MemoryStore store = new MemoryStore();
		try (CurrentEngine current = new CurrentEngine((onFailure) -> {
			failure.set(onFailure);
			if (unusable.get() != null) {
				throw unusable.get();
			}
			return TestEngines.open(store, new TestAccess(), new MovedClock());
		})) {
			CountDownLatch stopped = new CountDownLatch(1);
			CountDownLatch used = new CountDownLatch(1);
			current.surroundings(new CurrentEngine.Surroundings() {

				@Override
				public void stopUsing() {
					wait(stopped);
				}

				@Override
				public void useAgain() {
					wait(used);
				}

				private void wait(CountDownLatch latch) {
					try {
						assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
					}
					catch (InterruptedException ex) {
						throw new IllegalStateException(ex);
					}
				}

			});
			assertThat(current.failure()).isEmpty();
			unusable.set(new IllegalStateException("Its disk is full. Make room there."));
			Engine before = current.engine();
			failure.get().accept(new CompletionException(new IllegalStateException("a test")));
			assertThat(current.failure()).hasValueSatisfying((shown) -> assertThat(shown.reason())
				.startsWith("The store has failed (a test). It is closed and opened again;"));
			stopped.countDown();
			await().until(() -> current.failure()
				.filter((shown) -> shown.reason()
					.contains("cannot be opened again (Its disk is full. Make room there). That is tried each second;"))
				.isPresent());
			unusable.set(null);
			await().until(() -> current.engine() != before);
			assertThat(current.failure()).as("nobody listens yet").isPresent();
			used.countDown();
			await().until(() -> current.failure().isEmpty());
		}
	}

	@Test
	void saysThatItCannotGoOn() {
		AtomicReference<Consumer<Throwable>> failure = new AtomicReference<>();
		try (CurrentEngine current = onOneStore(failure)) {
			current.surroundings(new CurrentEngine.Surroundings() {

				@Override
				public void stopUsing() {
					// nothing does
				}

				@Override
				public void useAgain() {
					throw new IllegalStateException("the port is taken");
				}

			});
			fail(current, failure);
			await().until(() -> current.failure()
				.filter((shown) -> shown.lasting()
						&& shown.reason().contains("(the port is taken); start the server again"))
				.isPresent());
		}
	}

	/** Its engines have the same store; the last one's failure is told to this. */
	private CurrentEngine onOneStore(AtomicReference<Consumer<Throwable>> failure) {
		MemoryStore store = new MemoryStore();
		MovedClock clock = new MovedClock();
		return new CurrentEngine((onFailure) -> {
			failure.set(onFailure);
			return TestEngines.open(store, new TestAccess(), clock);
		});
	}

	private static void fail(CurrentEngine current, AtomicReference<Consumer<Throwable>> failure) {
		Engine before = current.engine();
		failure.get().accept(new IllegalStateException("a test"));
		await().until(() -> current.engine() != before);
	}

	/** It is deleted when the sessions of those that are gone were looked for. */
	@Test
	void endsTheSessionsOfAUserWhoIsDeletedWhileItIsOpenedAgain() {
		AtomicReference<Consumer<Throwable>> failure = new AtomicReference<>();
		MemoryStore store = new MemoryStore();
		TestAccess access = new TestAccess();
		AtomicInteger openings = new AtomicInteger();
		try (CurrentEngine current = new CurrentEngine((onFailure) -> {
			failure.set(onFailure);
			Engine engine = TestEngines.open(store, access, new MovedClock());
			if (openings.incrementAndGet() > 1) {
				access.revoke(USER.userId(), true);
			}
			return engine;
		})) {
			MqttClient client = new MqttClient(USER, new ClientId("device"), InetAddress.getLoopbackAddress());
			Engine first = current.engine();
			first.locks()
				.run("device", () -> first.open(new Opening(client, false, false, 3600, 10, null), new TestLink()));
			fail(current, failure);
			await().until(() -> current.find(client.id()).isEmpty());
		}
	}

	@Test
	void tellsWhatTheLedgerOfTheMomentHas() {
		AtomicReference<Consumer<Throwable>> failure = new AtomicReference<>();
		try (CurrentEngine current = onOneStore(failure)) {
			Notification notification = TestMessages.held("t", "device");
			MessageId id = notification.message().id();
			current.publish(List.of(notification)).toCompletableFuture().join();
			fail(current, failure);
			assertThat(current.find(id).orElseThrow().counts().byFate()).isEqualTo(Map.of(Fate.HELD, 1));
			assertThat(current.search(new Search(null, null, null, null), null, 10).items()).hasSize(1);
			assertThat(current.deliveries(id, null, null, 10).items()).hasSize(1);
			assertThat(current.deliveries(new ClientId("device"), null, 10).items()).hasSize(1);
		}
	}

	@Test
	void letsThoseWhoWatchGoOn() {
		AtomicReference<Consumer<Throwable>> failure = new AtomicReference<>();
		try (CurrentEngine current = onOneStore(failure)) {
			Notification notification = TestMessages.held("t", "device");
			MessageId id = notification.message().id();
			current.publish(List.of(notification)).toCompletableFuture().join();
			AtomicInteger changes = new AtomicInteger();
			Watch watch = current.watch(id, changes::incrementAndGet);
			current.watch(id, () -> {
				throw new IllegalStateException("a defect in who watches");
			});
			fail(current, failure);
			await().untilAsserted(() -> assertThat(changes).as("it may have missed one").hasValue(1));
			assertThat(current.withdraw(id).toCompletableFuture().join().recalled()).isEqualTo(1);
			await().untilAsserted(() -> assertThat(changes).hasValue(2));
			watch.close();
			AtomicInteger later = new AtomicInteger();
			current.watch(id, later::incrementAndGet);
			fail(current, failure);
			await().untilAsserted(() -> assertThat(later).hasValue(1));
			assertThat(changes).as("it is closed").hasValue(2);
		}
	}

	static Stream<Arguments> damages() {
		return Stream.of(
				Arguments.of(catchThrowable(() -> ReceivedRow.ofKey(new byte[1])), "damaged (a row ends too early)"),
				Arguments.of(TestStores.damaged("A block is damaged. Bring back a copy."), "A block is damaged."));
	}

	/** To open it again would show the same, each time that it is read. */
	@ParameterizedTest
	@MethodSource("damages")
	void isNotOpenedAgainIfItsStoreIsDamaged(Throwable damage, String told) {
		AtomicReference<Consumer<Throwable>> failure = new AtomicReference<>();
		try (CurrentEngine current = onOneStore(failure)) {
			Engine before = current.engine();
			failure.get().accept(new CompletionException(damage));
			assertThat(current.failure()).hasValueSatisfying((shown) -> {
				assertThat(shown.lasting()).isTrue();
				assertThat(shown.reason()).contains(told).contains("ring back a copy");
			});
			await().until(() -> before.durable().toCompletableFuture().isCompletedExceptionally());
			assertThat(current.engine()).isSameAs(before);
		}
	}

	/** That is seen only when it is opened again, after another failure. */
	@Test
	void isNotTriedAgainIfItIsFoundDamaged() {
		AtomicReference<Consumer<Throwable>> failure = new AtomicReference<>();
		AtomicInteger openings = new AtomicInteger();
		try (CurrentEngine current = new CurrentEngine((onFailure) -> {
			failure.set(onFailure);
			if (openings.incrementAndGet() > 1) {
				throw new StoreUnusable("It is damaged. Bring back a copy.", null, true);
			}
			return TestEngines.open(new TestAccess(), new MovedClock(), 100);
		})) {
			failure.get().accept(new IllegalStateException("a test"));
			await().until(() -> current.failure().filter(StoreLife.Failure::lasting).isPresent());
			assertThat(current.failure().orElseThrow().reason()).isEqualTo("It is damaged. Bring back a copy.");
			await().during(Duration.ofMillis(1500)).until(() -> openings.get() == 2);
		}
	}

}

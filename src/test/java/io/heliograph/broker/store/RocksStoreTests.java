package io.heliograph.broker.store;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class RocksStoreTests extends StoreContract {

	@TempDir
	Path folder;

	@Override
	Store open() {
		return RocksStore.open(this.folder, FAMILIES, StoreSettings.of("always"), Clock.systemUTC());
	}

	@Test
	void hasEverythingWhenItIsOpenedAgain() {
		put(ROWS, "01", "02");
		put(QUEUE, "01");
		Batch batch = batch();
		batch.delete(QUEUE, hex("01"));
		batch.deleteRange(ROWS, range("02", "03"));
		commit(batch);
		this.store.close();
		this.store = open();
		assertThat(get(ROWS, "01")).isEqualTo("value of 01");
		assertThat(scan(ROWS, range("", "ff"))).containsExactly("01");
		assertThat(scan(QUEUE, range("", "ff"))).isEmpty();
		assertThat(this.store.position()).isEqualTo(3);
		put(ROWS, "04");
		assertThat(get(ROWS, "04")).isNotNull();
	}

	@Test
	void refusesEverythingOnceClosed() {
		put(ROWS, "01");
		this.store.close();
		this.store.close();
		assertThatIllegalStateException().isThrownBy(() -> get(ROWS, "01"));
		assertThatIllegalStateException().isThrownBy(() -> put(ROWS, "02"));
		assertThatIllegalStateException().isThrownBy(() -> scan(ROWS, range("00", "ff")));
	}

	/**
	 * Else what is committed between a look at a file and its deletion would go with it.
	 */
	@Test
	void keepsOthersOutWhileFilesAreDeletedOnAFullDisk() {
		this.store.close();
		DataSize moreThanThereIs = DataSize.ofTerabytes(1024);
		this.store = RocksStore.open(this.folder, FAMILIES,
				new StoreSettings(true, "always", moreThanThereIs, DataSize.ofMegabytes(8), DataSize.ofMegabytes(8)),
				Clock.systemUTC());
		put(ROWS, "01");
		ReentrantReadWriteLock use = (ReentrantReadWriteLock) ReflectionTestUtils.getField(this.store, "use");
		this.store.scan(ROWS, range("00", "ff"), (key, value) -> {
			await().atMost(Duration.ofSeconds(30)).until(use::hasQueuedThreads);
			return true;
		});
		put(ROWS, "02");
	}

}

package io.heliograph.broker.store;

import java.nio.file.Path;
import java.time.Clock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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

}

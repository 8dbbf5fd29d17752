package io.heliograph.broker.store;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class MemoryStoreTests extends StoreContract {

	@Override
	Store open() {
		return new MemoryStore();
	}

	@Test
	void refusesToWriteTwiceWhatIsWrittenOnce() {
		put(QUEUE, "01");
		assertThatIllegalStateException().isThrownBy(() -> put(QUEUE, "01"));
	}

}

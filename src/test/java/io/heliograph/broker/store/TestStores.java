package io.heliograph.broker.store;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Opens stores for tests of other packages. */
public final class TestStores {

	private TestStores() {
	}

	/** What a store fails with that is damaged. */
	public static StoreFailed damaged(String message) {
		return StoreFailed.damaged(message, new IllegalStateException("a block"));
	}

	/** Opens one, and brings all that is in its log to other files. */
	public static RocksStore flushed(Path folder, List<Family> families, Clock clock) {
		return RocksStore.open(folder, families, StoreSettings.of("always"), clock, true, null);
	}

}

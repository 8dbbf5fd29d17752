package io.heliograph.broker.store;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Opens stores for tests of other packages. */
public final class TestStores {

	private TestStores() {
	}

	/** Opens one, and brings all that is in its log to other files. */
	public static RocksStore flushed(Path folder, List<Family> families, Clock clock) {
		return RocksStore.open(folder, families, StoreSettings.of("always"), clock, true);
	}

}

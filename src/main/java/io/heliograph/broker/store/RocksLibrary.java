package io.heliograph.broker.store;

import org.rocksdb.RocksDB;

/** The native part of RocksDB. */
final class RocksLibrary {

	private RocksLibrary() {
	}

	/** Loads it; nothing of RocksDB can be used before. */
	static void load() {
		RocksDB.loadLibrary();
	}

}

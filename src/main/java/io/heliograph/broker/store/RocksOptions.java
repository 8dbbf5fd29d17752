package io.heliograph.broker.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Properties;

import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * How RocksDB is set for a small machine. All families share one cache, in which also
 * what is not yet written to files is accounted, so that their number does not multiply
 * the memory. To be closed after the database.
 */
final class RocksOptions implements AutoCloseable {

	private static final long MIB = 1024 * 1024;

	/** The log of what is not yet in other files; a start reads all of it. */
	private static final long LOG_BYTES = 64 * MIB;

	/** What one family has in memory before it goes to a file. */
	private static final long FAMILY_BUFFER_BYTES = 16 * MIB;

	/** Families in which little is written take little. */
	private static final long ARENA_BLOCK_BYTES = 64 * 1024;

	private static final long FILE_BYTES = 16 * MIB;

	private static final int BLOCK_BYTES = 8 * 1024;

	private static final double BLOOM_BITS = 10;

	/** A file is compacted when so many of so many rows in sequence are deletions. */
	private static final int DELETIONS_WINDOW = 1024;

	private static final int DELETIONS = 512;

	/** Or when this part of all its rows are. */
	private static final double DELETIONS_RATIO = 0.3;

	/**
	 * What was not touched for so long is brought to the last level, its deletions out of
	 * it.
	 */
	private static final long SETTLED_SECONDS = 3600;

	private final Deque<AbstractNativeReference> natives = new ArrayDeque<>();

	private final DBOptions database;

	private final ColumnFamilyOptions family;

	private final WriteOptions write;

	private final Cache cache;

	/**
	 * @param cacheBytes what the cache may hold besides what is not yet in files
	 * @param writeBufferBytes what may wait in memory for being written to files
	 */
	RocksOptions(long cacheBytes, long writeBufferBytes) {
		this.cache = own(new LRUCache(cacheBytes + writeBufferBytes));
		WriteBufferManager buffers = own(new WriteBufferManager(writeBufferBytes, this.cache));
		this.database = own(verifyingLogs()).setLogger(own(new RocksLog()))
			.setCreateMissingColumnFamilies(true)
			// what stands behind a damaged batch is left out, and nothing before it
			.setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
			// opening a store on a full disk must need no room
			.setAvoidFlushDuringRecovery(true)
			.setMaxTotalWalSize(LOG_BYTES)
			.setWriteBufferManager(buffers)
			.setMaxBackgroundJobs(2)
			.setAllowConcurrentMemtableWrite(false)
			.setBytesPerSync(MIB)
			.setStatsDumpPeriodSec(0)
			.setStatsPersistPeriodSec(0);
		this.family = familyOptions();
		this.write = own(new WriteOptions()).setSync(false);
	}

	/**
	 * A log says of the one before in the same process how long that was, so that what
	 * stands behind a hole is left out, too.
	 */
	private static DBOptions verifyingLogs() {
		Properties properties = new Properties();
		// RocksDB's Java has no other way to set it
		properties.setProperty("track_and_verify_wals", "true");
		return DBOptions.getDBOptionsFromProps(properties);
	}

	private ColumnFamilyOptions familyOptions() {
		BlockBasedTableConfig table = new BlockBasedTableConfig().setBlockCache(this.cache)
			.setCacheIndexAndFilterBlocks(true)
			.setFilterPolicy(own(new BloomFilter(BLOOM_BITS)))
			.setBlockSize(BLOCK_BYTES);
		// only these take a collector
		try (Options options = new Options()) {
			options.setTablePropertiesCollectorFactory(List.of(own(TablePropertiesCollectorFactory
				.NewCompactOnDeletionCollectorFactory(DELETIONS_WINDOW, DELETIONS, DELETIONS_RATIO))));
			return own(new ColumnFamilyOptions(options)).setTableFormatConfig(table)
				.setCompressionType(CompressionType.NO_COMPRESSION)
				.setWriteBufferSize(FAMILY_BUFFER_BYTES)
				.setMaxWriteBufferNumber(3)
				.setArenaBlockSize(ARENA_BLOCK_BYTES)
				.setTargetFileSizeBase(FILE_BYTES)
				.setMaxBytesForLevelBase(4 * FILE_BYTES)
				.setTtl(SETTLED_SECONDS);
		}
	}

	private <T extends AbstractNativeReference> T own(T reference) {
		this.natives.push(reference);
		return reference;
	}

	DBOptions database() {
		return this.database;
	}

	ColumnFamilyOptions family() {
		return this.family;
	}

	WriteOptions write() {
		return this.write;
	}

	/** With what is not yet in files. */
	long cacheBytes() {
		return this.cache.getUsage();
	}

	@Override
	public void close() {
		this.natives.forEach(AbstractNativeReference::close);
		this.natives.clear();
	}

}

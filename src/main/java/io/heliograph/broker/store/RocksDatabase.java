package io.heliograph.broker.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.heliograph.broker.store.Store.Visitor;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A database of RocksDB with all that it has outside Java's heap. It must not be used
 * once it is closed: that would end the process.
 */
final class RocksDatabase implements AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(RocksDatabase.class);

	/**
	 * Behind this {@link #deleteEmptyFiles} looks at no other file. Others wait for it,
	 * some 250 ms where 300,000 deletions hide what is in one.
	 */
	private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private final RocksOptions options;

	private final RocksDB database;

	private final List<ColumnFamilyHandle> handles;

	private final Map<Family, ColumnFamilyHandle> families = new HashMap<>();

	private final Map<Family, Integer> numbers = new HashMap<>();

	private volatile boolean syncFailed;

	private volatile boolean abandoned;

	private RocksDatabase(RocksOptions options, RocksDB database, List<ColumnFamilyHandle> handles,
			List<Family> families) {
		this.options = options;
		this.database = database;
		this.handles = handles;
		for (int i = 0; i < families.size(); i++) {
			this.families.put(families.get(i), handles.get(i + 1));
			this.numbers.put(families.get(i), handles.get(i + 1).getID());
		}
	}

	/**
	 * Opens it; families that it has not are made.
	 * @param format the name of a family without rows
	 * @param create whether it is made if it is not there
	 */
	static RocksDatabase open(Path path, List<Family> families, String format, StoreSettings settings, boolean create)
			throws RocksDBException {
		RocksOptions options = new RocksOptions(settings.cacheSize().toBytes(), settings.writeBufferSize().toBytes());
		try {
			List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
			descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options.family()));
			families.forEach((family) -> descriptors
				.add(new ColumnFamilyDescriptor(family.name().getBytes(UTF_8), options.family())));
			descriptors.add(new ColumnFamilyDescriptor(format.getBytes(UTF_8), options.family()));
			List<ColumnFamilyHandle> handles = new ArrayList<>();
			RocksDB database = RocksDB.open(options.database().setCreateIfMissing(create), path.toString(), descriptors,
					handles);
			return new RocksDatabase(options, database, handles, families);
		}
		catch (RocksDBException | RuntimeException ex) {
			options.close();
			throw ex;
		}
	}

	/** The name of the file in which it notes which files it has. */
	String manifest() throws RocksDBException {
		for (String file : this.database.getLiveFiles(false).files) {
			if (file.startsWith("/" + Manifest.NAME)) {
				return file.substring(1);
			}
		}
		throw new IllegalStateException("RocksDB names no manifest");
	}

	/** The numbers of the families. */
	Map<Family, Integer> numbers() {
		return this.numbers;
	}

	/** Returns the value of a key of the default family, or null. */
	byte @Nullable [] get(byte[] key) throws RocksDBException {
		return this.database.get(key);
	}

	byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
		return this.database.get(handle(family), key);
	}

	/**
	 * Visits rows. Both ends are told to RocksDB, which would else go on over what was
	 * deleted behind them.
	 */
	void scan(Family family, KeyRange range, boolean backwards, Visitor visitor) throws RocksDBException {
		try (Slice from = new Slice(range.from());
				Slice to = new Slice(range.to());
				ReadOptions bounds = new ReadOptions().setIterateLowerBound(from).setIterateUpperBound(to);
				RocksIterator rows = this.database.newIterator(handle(family), bounds)) {
			if (backwards) {
				rows.seekToLast();
			}
			else {
				rows.seekToFirst();
			}
			while (rows.isValid() && visitor.visit(rows.key(), rows.value())) {
				if (backwards) {
					rows.prev();
				}
				else {
					rows.next();
				}
			}
			rows.status();
		}
	}

	private ColumnFamilyHandle handle(Family family) {
		ColumnFamilyHandle handle = this.families.get(family);
		if (handle == null) {
			throw new IllegalArgumentException("the store was opened without " + family);
		}
		return handle;
	}

	/** Applies {@link BatchBytes}; does not wait for the disk. */
	void write(byte[] bytes) throws RocksDBException {
		try (WriteBatch batch = new WriteBatch(bytes)) {
			this.database.write(this.options.write(), batch);
		}
	}

	/**
	 * Brings to the disk what was written before. It may be written to in the meantime.
	 */
	void sync() throws RocksDBException {
		try {
			this.database.syncWal();
		}
		catch (RocksDBException ex) {
			this.syncFailed = true;
			throw ex;
		}
	}

	/**
	 * Whether that has failed once. Then what was written before may never come to the
	 * disk, though a later one succeeds: an operating system forgets what it could not
	 * write.
	 */
	boolean syncFailed() {
		return this.syncFailed;
	}

	/** Writes all that is in memory alone, and in the log, to other files. */
	void flush() throws RocksDBException {
		try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
			this.database.flush(wait, this.handles);
		}
	}

	/** Begins to do so, and does not wait. */
	void beginFlush() throws RocksDBException {
		try (FlushOptions begin = new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
			this.database.flush(begin, this.handles);
		}
	}

	/**
	 * Deletes files of which no row is left, so many as there is time for. Nobody may
	 * write meanwhile. What they hide in files that others' rows are in, too, is hidden
	 * from then on by a deletion of the range.
	 * @param from how many files are passed over, which were looked at before
	 * @return how many of those that are left were looked at by now, or -1 if those were
	 * all
	 */
	int deleteEmptyFiles(int from) throws RocksDBException {
		List<LiveFileMetaData> files = this.database.getLiveFilesMetaData();
		long end = System.nanoTime() + LOOK_NANOS;
		Map<ColumnFamilyHandle, List<byte[]>> ranges = new HashMap<>();
		int next = from;
		int empty = 0;
		while (next < files.size() && System.nanoTime() < end) {
			LiveFileMetaData file = files.get(next++);
			// RocksDB does not delete those of the first level by their range, nor those
			// that
			// it merges
			if (file.level() > 0 && !file.beingCompacted()) {
				ColumnFamilyHandle handle = handle(file.columnFamilyName());
				byte[] behind = Arrays.copyOf(file.largestKey(), file.largestKey().length + 1);
				if (isEmpty(handle, file.smallestKey(), behind)) {
					this.database.deleteRange(handle, this.options.write(), file.smallestKey(), behind);
					ranges.computeIfAbsent(handle, (key) -> new ArrayList<>())
						.addAll(List.of(file.smallestKey(), behind));
					empty++;
				}
			}
		}
		if (!ranges.isEmpty()) {
			// first: what they hide must not come back
			sync();
		}
		for (Map.Entry<ColumnFamilyHandle, List<byte[]>> of : ranges.entrySet()) {
			this.database.deleteFilesInRanges(of.getKey(), of.getValue(), false);
		}
		return (next < files.size()) ? next - empty : -1;
	}

	/**
	 * How many files that family has which has most of them in its first level, where
	 * those come that are written from memory.
	 */
	int mostNewFiles() throws RocksDBException {
		int most = 0;
		for (ColumnFamilyHandle handle : this.handles) {
			most = Math.max(most, Integer.parseInt(this.database.getProperty(handle, "rocksdb.num-files-at-level0")));
		}
		return most;
	}

	private ColumnFamilyHandle handle(byte[] name) throws RocksDBException {
		for (ColumnFamilyHandle handle : this.handles) {
			if (Arrays.equals(handle.getName(), name)) {
				return handle;
			}
		}
		throw new IllegalStateException("no family " + new String(name, UTF_8));
	}

	private boolean isEmpty(ColumnFamilyHandle handle, byte[] begin, byte[] end) throws RocksDBException {
		try (Slice from = new Slice(begin);
				Slice to = new Slice(end);
				ReadOptions bounds = new ReadOptions().setIterateLowerBound(from).setIterateUpperBound(to);
				RocksIterator rows = this.database.newIterator(handle, bounds)) {
			rows.seekToFirst();
			boolean empty = !rows.isValid();
			rows.status();
			return empty;
		}
	}

	/** What the cache holds, and what is not yet in files, about. */
	long cacheBytes() {
		return this.options.cacheBytes();
	}

	/** Returns the sum of a property over all families. */
	long sum(String property) throws RocksDBException {
		return this.database.getAggregatedLongProperty(property);
	}

	/**
	 * Whether something is being written to other files, which may make logs needless.
	 */
	boolean isFlushing() throws RocksDBException {
		return this.database.getLongProperty("rocksdb.num-running-flushes") > 0;
	}

	/** The lowest number that a log has which is not yet in other files. */
	long firstLogNeeded() throws RocksDBException {
		return this.database.getLongProperty("rocksdb.min-log-number-to-keep");
	}

	/**
	 * From here on it writes and deletes no files but its log, and not even
	 * {@link #close} does: they may be another's.
	 */
	void abandon() {
		this.abandoned = true;
		try {
			this.database.disableFileDeletions();
		}
		catch (RocksDBException ex) {
			log.warn("RocksDB may delete files of a database that was put in the place of its own.", ex);
		}
		this.database.cancelAllBackgroundWork(true);
	}

	@Override
	public void close() {
		if (this.abandoned) {
			return;
		}
		this.handles.forEach(ColumnFamilyHandle::close);
		// says nothing if it has failed before
		this.database.close();
		this.options.close();
	}

}

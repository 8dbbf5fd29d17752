package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import io.heliograph.broker.store.SyncedMark.Mark;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A store in a folder, by RocksDB. Thread-safe but for {@link #commit}, which is for one
 * thread at a time.
 */
public final class RocksStore implements Store {

	/** The row of the last batch: its position and the time, in milliseconds. */
	private static final byte[] LAST_KEY = "position".getBytes(UTF_8);

	private static final Logger log = LoggerFactory.getLogger(RocksStore.class);

	private final StoreFolder folder;

	private final Clock clock;

	private final RocksDatabase database;

	private final @Nullable SyncedMark mark;

	private final NotedFiles files;

	private final DeletedRows deleted;

	private final GroupSync syncs;

	private final @Nullable MissingBatches missing;

	private boolean reported;

	private @Nullable String unreported;

	private final @Nullable Instant lastSync;

	/** Held for writing by the one who ends the use of the database. */
	private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

	private boolean closed;

	private volatile long position;

	/** When a batch was committed last, as far as that is known. */
	private volatile Instant committedAt;

	private final AtomicLong commits = new AtomicLong();

	private RocksStore(StoreFolder folder, RocksDatabase database, @Nullable SyncedMark mark, StoreSettings settings,
			Clock clock, @Nullable Mark known) throws RocksDBException {
		this.folder = folder;
		this.database = database;
		this.clock = clock;
		Mark last = last();
		this.mark = mark;
		Mark synced = later((mark != null) ? mark.last() : null, known);
		this.missing = missing(last, synced);
		this.lastSync = latest(last, synced);
		this.committedAt = (this.lastSync != null) ? this.lastSync : clock.instant();
		this.position = last.position();
		if (mark != null && mark.lost() && last.position() > 0) {
			report("The file " + folder.mark() + " was not there or could not be read at the start: it would show "
					+ "whether all is there that was on the disk");
		}
		LogFiles lostLogs = folder.lostLogs(database);
		if (!lostLogs.isEmpty()) {
			report("Logs of the store are gone or not what they were (" + lostLogs
					+ "); some of what was acknowledged until " + ((synced != null) ? synced : last).at()
					+ " may be lost");
		}
		if (this.missing != null && synced != null) {
			report(this.missing.sentence());
			// said once, and no position stands for two batches
			this.position = synced.position();
			database.write(BatchBytes.of(new Batch(this.position), LAST_KEY, last(this.position, clock.instant()),
					database.numbers()));
			database.sync();
		}
		this.files = new NotedFiles(folder.database(), database, folder.logs(), folder.losses());
		this.deleted = new DeletedRows(folder, database, settings.diskReserve(), this.use.writeLock(),
				System::nanoTime);
		mark(this.position);
		this.syncs = new GroupSync(database::sync, settings.syncMode(), this.position, this::mark);
	}

	/**
	 * Opens the store in a folder; makes it if the folder is empty or not there.
	 * @param families those that its keys are of; those it had before must be among them
	 * @throws StoreUnusable if that is not possible; the folder is as it was
	 */
	public static RocksStore open(Path folder, List<Family> families, StoreSettings settings, Clock clock) {
		return open(folder, families, settings, clock, false, null);
	}

	/**
	 * The same.
	 * @param anew whether all that is in the log is written to other files
	 * @param known what this process knows to be in it, of which something may be missing
	 * as at a start; or null if it has not used it before
	 */
	static RocksStore open(Path folder, List<Family> families, StoreSettings settings, Clock clock, boolean anew,
			@Nullable Mark known) {
		StoreFolder place = new StoreFolder(folder);
		RocksLibrary.load(place.parent());
		RocksDatabase database = place.open(families, settings, known != null);
		SyncedMark mark = null;
		boolean opened = false;
		try {
			mark = openMark(place.mark());
			if (anew) {
				database.flush();
			}
			RocksStore store = new RocksStore(place, database, mark, settings, clock, known);
			opened = true;
			return store;
		}
		catch (RocksDBException ex) {
			throw place.unusable(ex);
		}
		finally {
			// else its lock would keep this process from opening it again
			if (!opened) {
				close(database, mark);
			}
		}
	}

	private static void close(RocksDatabase database, @Nullable SyncedMark mark) {
		database.close();
		if (mark != null) {
			mark.close();
		}
	}

	private Mark last() throws RocksDBException {
		byte[] row = this.database.get(LAST_KEY);
		if (row == null) {
			return new Mark(0, Instant.EPOCH);
		}
		ByteBuffer bytes = ByteBuffer.wrap(row);
		return new Mark(bytes.getLong(), Instant.ofEpochMilli(bytes.getLong()));
	}

	private static byte[] last(long position, Instant at) {
		return ByteBuffer.allocate(2 * Long.BYTES).putLong(position).putLong(at.toEpochMilli()).array();
	}

	/** Notes what is on the disk; on one thread. */
	private void mark(long position) {
		Mark now = this.files.mark(position, this.clock.instant());
		if (this.mark != null) {
			this.mark.write(now);
		}
		this.deleted.giveBackIfFull(this.position);
	}

	private static @Nullable SyncedMark openMark(Path file) {
		try {
			return SyncedMark.open(file);
		}
		catch (IOException ex) {
			log.warn("{} cannot be read or written ({}); whether the store is whole goes unseen until the next start.",
					file, ex.toString());
			return null;
		}
	}

	private static @Nullable Mark later(@Nullable Mark one, @Nullable Mark other) {
		return (one == null || (other != null && other.position() > one.position())) ? other : one;
	}

	private static @Nullable MissingBatches missing(Mark last, @Nullable Mark synced) {
		if (synced == null || synced.position() <= last.position()) {
			return null;
		}
		return new MissingBatches(synced.position() - last.position(), last.at(), synced.at());
	}

	private static @Nullable Instant latest(Mark last, @Nullable Mark synced) {
		Instant latest = (synced != null && synced.at().isAfter(last.at())) ? synced.at() : last.at();
		return latest.equals(Instant.EPOCH) ? null : latest;
	}

	/** Before it is forgotten: a start after this one sees nothing of it. */
	private void report(String sentence) {
		LossReport report = this.folder.losses();
		try {
			this.reported = true;
			report.add(sentence, this.clock.instant());
			log.error("{}. Its disk may be failing. /actuator/health shows that until you delete {}.", sentence,
					report.file());
		}
		catch (IOException ex) {
			this.unreported = sentence;
			log.error("{}. Its disk may be failing. {} cannot be written ({}): after this start nothing but the log "
					+ "tells that.", sentence, report.file(), ex.toString());
		}
	}

	/** What was on the disk and is not there any more, if anything was. */
	public Optional<MissingBatches> missing() {
		return Optional.ofNullable(this.missing);
	}

	/** Whether it was found to have lost something when it was opened. */
	boolean reported() {
		return this.reported;
	}

	/** What is missing and could not be written to the report, or null. */
	@Nullable String unreported() {
		return this.unreported;
	}

	/**
	 * When the store was last known to be in use, before it was opened: at the last
	 * batch, or when that was on the disk; empty if it is new.
	 */
	public Optional<Instant> lastUse() {
		return Optional.ofNullable(this.lastSync);
	}

	/**
	 * The last batch that is on the disk, and when there was one last. Any thread.
	 */
	Mark synced() {
		return new Mark(this.syncs.synced(), this.committedAt);
	}

	/**
	 * Whether it failed when it brought something to the disk. Also once it is closed.
	 */
	boolean syncFailed() {
		return this.database.syncFailed();
	}

	@Override
	public byte @Nullable [] get(Family family, byte[] key) {
		begin();
		try {
			return this.database.get(family, key);
		}
		catch (RocksDBException ex) {
			throw unreadable(ex);
		}
		finally {
			end();
		}
	}

	@Override
	public void scan(Family family, KeyRange range, Visitor visitor) {
		visit(family, range, false, visitor);
	}

	@Override
	public void scanBackwards(Family family, KeyRange range, Visitor visitor) {
		visit(family, range, true, visitor);
	}

	private void visit(Family family, KeyRange range, boolean backwards, Visitor visitor) {
		begin();
		try {
			if (!range.isEmpty()) {
				this.database.scan(family, range, backwards, visitor);
			}
		}
		catch (RocksDBException ex) {
			throw unreadable(ex);
		}
		finally {
			end();
		}
	}

	private StoreFailed unreadable(RocksDBException cause) {
		Status status = cause.getStatus();
		if (status != null && status.getCode() == Status.Code.Corruption) {
			return fail(StoreFailed.damaged(String.valueOf(this.folder.unusable(cause).getMessage()), cause));
		}
		return fail(new StoreFailed("the store cannot be read (" + cause.getMessage() + ")", cause));
	}

	/**
	 * RocksDB may have failed because it does not find its files any more, but others.
	 */
	private StoreFailed fail(StoreFailed failed) {
		try {
			this.files.failIfReplaced(this.clock.instant());
		}
		catch (StoreFailed replaced) {
			replaced.addSuppressed(failed);
			return this.syncs.fail(replaced);
		}
		catch (RocksDBException ex) {
			failed.addSuppressed(ex);
		}
		return this.syncs.fail(failed);
	}

	@Override
	public CompletionStage<Long> commit(Batch batch) {
		long began = System.nanoTime();
		begin();
		try {
			if (Batch.follows(batch, this.position)) {
				Instant now = this.clock.instant();
				// before it can be read: who reads must not take it for durable
				this.position = batch.position();
				this.committedAt = now;
				byte[] last = last(batch.position(), now);
				this.database.write(BatchBytes.of(batch, LAST_KEY, last, this.database.numbers()));
				this.commits.incrementAndGet();
			}
			return this.syncs.written(batch.position(), began);
		}
		catch (RocksDBException ex) {
			throw fail(new StoreFailed("the store cannot be written (" + ex.getMessage() + ")", ex));
		}
		finally {
			end();
		}
	}

	/** Nobody closes the database until the end of this use. */
	private void begin() {
		this.use.readLock().lock();
		try {
			if (this.closed) {
				throw new IllegalStateException("the store is closed");
			}
			this.syncs.throwIfFailed();
		}
		catch (RuntimeException ex) {
			end();
			throw ex;
		}
	}

	private void end() {
		this.use.readLock().unlock();
	}

	@Override
	public long position() {
		return this.position;
	}

	/** What it does and takes, at any time. */
	public StoreFigures figures() {
		begin();
		try {
			long buffers = this.database.sum("rocksdb.size-all-mem-tables");
			// RocksDB counts these into the cache, in steps, so that both have one limit
			long cache = Math.max(0, this.database.cacheBytes() - buffers);
			return new StoreFigures(cache, buffers, this.database.sum("rocksdb.estimate-table-readers-mem"),
					this.folder.bytes(), this.commits.get(), this.syncs.syncs(), this.syncs.longest());
		}
		catch (RocksDBException ex) {
			throw unreadable(ex);
		}
		finally {
			end();
		}
	}

	/**
	 * Does nothing if it is closed. What was not on the disk when the store failed stays
	 * unknown.
	 * @throws IllegalStateException if a stage or a visitor of it calls this
	 */
	@Override
	public void close() {
		if (this.use.getReadHoldCount() > 0) {
			throw new IllegalStateException("a visitor cannot close the store");
		}
		this.syncs.refuseItsThread();
		if (endUse()) {
			// outside the lock, since stages that complete now may still try to read
			this.syncs.close();
			close(this.database, this.mark);
		}
	}

	/** Waits for all uses; there is none after that. Returns whether there was before. */
	private boolean endUse() {
		this.use.writeLock().lock();
		try {
			boolean ends = !this.closed;
			this.closed = true;
			return ends;
		}
		finally {
			this.use.writeLock().unlock();
		}
	}

}

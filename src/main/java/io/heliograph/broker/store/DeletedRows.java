package io.heliograph.broker.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;

import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.unit.DataSize;

/**
 * Gives back the room of what was deleted, while the disk is full. RocksDB does so as
 * more is written, of which there is nothing then; and what it merges needs as much room
 * as is left of it. So files of which no row is left are deleted as they are, and what
 * keeps the log is written to a file. For one thread.
 */
final class DeletedRows {

	private static final Logger log = LoggerFactory.getLogger(DeletedRows.class);

	/** So long after that nothing is on its way that was taken before. */
	private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

	/** Though nothing was written RocksDB may have moved rows to other files. */
	private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

	private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** So much in the log is worth a flush, if it is not all that is missing. */
	private static final long LOG_BYTES = 256 * 1024;

	/**
	 * Of files in the first level of a family. Each flush adds one, RocksDB cannot merge
	 * them where there is no room, and lets nobody write any more when there are 36.
	 */
	private static final int MOST_NEW_FILES = 8;

	private final StoreFolder folder;

	private final RocksDatabase database;

	private final DataSize reserve;

	private final Lock alone;

	private final LongSupplier nanoTime;

	/** How many files were looked at, while there are more; else -1. */
	private int looked = -1;

	/** All files were looked at, or are being so, as they were after this batch. */
	private long doneAt;

	private long beganAt;

	private boolean failed;

	private long enoughAt;

	private long flushedAt;

	/**
	 * @param reserve what is to be free
	 * @param alone keeps others from the database
	 * @param nanoTime as that of {@link System}
	 */
	DeletedRows(StoreFolder folder, RocksDatabase database, DataSize reserve, Lock alone, LongSupplier nanoTime) {
		this.folder = folder;
		this.database = database;
		this.reserve = reserve;
		this.alone = alone;
		this.nanoTime = nanoTime;
		long now = nanoTime.getAsLong();
		this.beganAt = now;
		this.enoughAt = now;
		this.flushedAt = now - PAUSE_NANOS;
	}

	/**
	 * Does some of it if less than the reserve is free, and files may have become empty
	 * since all was done. Logs what fails.
	 * @param position that of the last batch, which may not be on the disk
	 * @throws StoreFailed if what was committed could not be brought to the disk
	 */
	void giveBackIfFull(long position) {
		long now = this.nanoTime.getAsLong();
		long missing = this.reserve.toBytes() - this.folder.usableBytes();
		if (missing <= 0) {
			this.enoughAt = now;
		}
		if (now - this.enoughAt < SETTLED_NANOS) {
			return;
		}
		try {
			if (this.looked >= 0 || position > this.doneAt || now - this.beganAt >= AGAIN_NANOS) {
				deleteFiles(position, now);
			}
			flush(missing, now);
			this.failed = false;
		}
		catch (RocksDBException ex) {
			if (this.database.syncFailed()) {
				throw new StoreFailed(GroupSync.UNKNOWN, ex);
			}
			if (!this.failed) {
				log.warn("The room of what was deleted cannot be given back on a disk that is full ({}).",
						ex.getMessage());
			}
			this.failed = true;
		}
	}

	private void deleteFiles(long position, long now) throws RocksDBException {
		this.alone.lock();
		try {
			if (this.looked < 0) {
				this.doneAt = position;
				this.beganAt = now;
			}
			this.looked = this.database.deleteEmptyFiles(Math.max(0, this.looked));
		}
		finally {
			this.alone.unlock();
		}
	}

	private void flush(long missing, long now) throws RocksDBException {
		if (now - this.flushedAt >= PAUSE_NANOS && this.database.sum("rocksdb.num-deletes-active-mem-table") > 0
				&& this.folder.allLogBytes() >= Math.min(missing, LOG_BYTES)
				&& this.folder.usableBytes() > this.database.sum("rocksdb.size-all-mem-tables")
				&& this.database.mostNewFiles() < MOST_NEW_FILES) {
			this.flushedAt = now;
			this.database.beginFlush();
		}
	}

}

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

	/** Between two flushes, each of which makes small files. */
	private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final RocksDatabase database;

	private final LongSupplier freeBytes;

	private final DataSize reserve;

	private final Lock alone;

	private long enoughAt = System.nanoTime();

	private long flushedAt = System.nanoTime() - PAUSE_NANOS;

	/**
	 * @param freeBytes asks the disk
	 * @param reserve what is to be free
	 * @param alone keeps others from the database
	 */
	DeletedRows(RocksDatabase database, LongSupplier freeBytes, DataSize reserve, Lock alone) {
		this.database = database;
		this.freeBytes = freeBytes;
		this.reserve = reserve;
		this.alone = alone;
	}

	/**
	 * Does some of it if less than the reserve is free. Logs what fails.
	 */
	void giveBackIfFull() {
		long now = System.nanoTime();
		if (this.freeBytes.getAsLong() >= this.reserve.toBytes()) {
			this.enoughAt = now;
		}
		if (now - this.enoughAt < SETTLED_NANOS) {
			return;
		}
		try {
			deleteFiles();
			flush();
		}
		catch (RocksDBException ex) {
			log.warn("The room of what was deleted cannot be given back on a disk that is full ({}).", ex.getMessage());
		}
	}

	private void deleteFiles() throws RocksDBException {
		this.alone.lock();
		try {
			this.database.deleteEmptyFiles();
		}
		finally {
			this.alone.unlock();
		}
	}

	private void flush() throws RocksDBException {
		if (System.nanoTime() - this.flushedAt >= PAUSE_NANOS
				&& this.database.sum("rocksdb.num-deletes-active-mem-table") > 0
				&& this.freeBytes.getAsLong() > this.database.sum("rocksdb.size-all-mem-tables")) {
			this.flushedAt = System.nanoTime();
			this.database.beginFlush();
		}
	}

}

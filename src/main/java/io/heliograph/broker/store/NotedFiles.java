package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import io.heliograph.broker.store.Manifest.Sum;
import io.heliograph.broker.store.SyncedMark.Mark;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What there is to note of the files of a store that is open. Thread-safe; waits for the
 * disk.
 */
final class NotedFiles {

	private static final Logger log = LoggerFactory.getLogger(NotedFiles.class);

	private final Path directory;

	private final RocksDatabase database;

	private final Manifest manifest;

	/** On the disk since before the store was opened. */
	private final LogFiles logs;

	private final FileKey key;

	private final LossReport losses;

	private boolean failed;

	/**
	 * @param logs those that RocksDB found when it opened the database
	 * @param losses that of what is in this place, which may be another's by then
	 */
	NotedFiles(Path directory, RocksDatabase database, LogFiles logs, LossReport losses) {
		this.directory = directory;
		this.database = database;
		this.manifest = new Manifest(directory);
		this.logs = logs;
		this.key = FileKey.of(directory);
		this.losses = losses;
	}

	/**
	 * Returns a mark of now.
	 * @param position that of the last batch on the disk
	 * @throws StoreFailed if the files are not there any more, or others in their place
	 */
	synchronized Mark mark(long position, Instant now) {
		try {
			failIfReplaced(now);
			Sum sum = this.manifest.sum();
			// in this order: what the sum holds is known to the database then
			boolean settled = !this.database.isFlushing();
			LogFiles needed = this.logs.from(this.database.firstLogNeeded());
			this.failed = false;
			return new Mark(position, now, sum, needed, settled);
		}
		catch (IOException | RocksDBException ex) {
			failIfGone(ex);
			if (!this.failed) {
				log.warn(
						"The list of the files of the store cannot be read ({}); damage that happens now may go unseen.",
						ex.toString());
			}
			this.failed = true;
			return new Mark(position, now, Sum.NONE, LogFiles.NONE, false);
		}
	}

	/**
	 * RocksDB writes and deletes by the names of files, whosever they are by now.
	 * @throws StoreFailed if others are in their place
	 */
	synchronized void failIfReplaced(Instant now) throws RocksDBException {
		if (this.key.isOther(FileKey.of(this.directory)) || this.manifest.isReplaced(this.database.manifest())) {
			this.database.abandon();
			report(now);
			throw StoreFailed.damaged("Another database was put in the place of " + this.directory
					+ ", which was in use; stop the server. What was acknowledged until now is in the one that was "
					+ "there: move it back, if it was moved away. Else empty the data directory, and put a copy of all "
					+ "of it there. What is in that place now is not to be used.", null);
		}
	}

	/** For the next start, which may be nobody's wish. */
	private void report(Instant now) {
		try {
			this.losses.add("It was put in the place of another that was in use: what was acknowledged until then is "
					+ "in that one, if it was moved away", now);
		}
		catch (IOException ex) {
			log.warn("{} cannot be written ({}): after a start nothing but the log tells that another database was put "
					+ "there.", this.losses.file(), ex.toString());
		}
	}

	/** RocksDB goes on in files that nobody finds any more. */
	private void failIfGone(Exception cause) {
		if (Files.notExists(this.directory.resolve(Manifest.CURRENT))) {
			throw new StoreFailed("the database " + this.directory
					+ " is gone, though it is in use; put it back, or mount again what it is on", cause);
		}
	}

}

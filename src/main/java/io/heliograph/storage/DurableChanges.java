package io.heliograph.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes changes to the database, one after the other, and forces them to the disk: H2
 * does not do that at a commit. A snapshot follows soon after. A database that failed
 * once is left alone: H2 may hang at the next change.
 */
@Component
public final class DurableChanges implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DurableChanges.class);

	private static final long LOCK_SECONDS = 5;

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final DataDirectory directory;

	/** Fair: changes without a pause would else keep the snapshot out. */
	private final ReentrantLock lock = new ReentrantLock(true);

	private final LastAnsweredChange answered;

	private final SnapshotTask snapshot;

	/** When the present change began, by {@link System#nanoTime}; 0 if there is none. */
	private volatile long began;

	private volatile boolean broken;

	private final @Nullable String rebuilt;

	DurableChanges(JdbcClient jdbc, PlatformTransactionManager transactionManager, DataDirectory directory,
			Snapshots snapshots, PreparedDatabase database) throws IOException {
		this.rebuilt = database.rebuilt();
		this.jdbc = jdbc;
		this.transactions = new TransactionTemplate(transactionManager);
		this.directory = directory;
		this.answered = new LastAnsweredChange(directory);
		this.snapshot = new SnapshotTask(this::state, snapshots);
		long last = lastChange();
		if (snapshots.newest().filter((newest) -> newest.change() == last).isEmpty()) {
			// a server that never runs for a second would else never write one
			this.snapshot.writeNow();
		}
	}

	/**
	 * Makes a change in a transaction; when it returns, the change is on the disk.
	 * @param change the statements
	 * @param committed takes what they returned once they are committed: brings what is
	 * kept of it in memory up to date, and tells who must know
	 * @throws ChangeRefused if the database or the disk does not take it; after the
	 * commit it counts until the process ends, but may not outlive it
	 */
	public <T> T make(Supplier<T> change, Consumer<T> committed) {
		checkSpace();
		lock();
		try {
			this.began = System.nanoTime() | 1;
			T result = this.transactions.execute((status) -> {
				this.jdbc.sql("update last_change set number = number + 1").update();
				return change.get();
			});
			this.snapshot.schedule();
			try {
				committed.accept(result);
			}
			finally {
				force();
			}
			return result;
		}
		catch (DataIntegrityViolationException ex) {
			throw ex;
		}
		catch (CannotCreateTransactionException ex) {
			logger.error("The database gave no connection for a change", ex);
			throw new ChangeRefused("The database is busy; nothing was changed. Try again in a moment.");
		}
		catch (DataAccessException | TransactionException ex) {
			this.broken = true;
			this.snapshot.cancel();
			logger.error("The database failed; it takes no more changes until the server is restarted", ex);
			throw new ChangeRefused(
					"The database failed, and the change may be lost; look into the log, and restart the server.");
		}
		finally {
			this.began = 0;
			this.lock.unlock();
		}
	}

	private void force() {
		this.jdbc.sql("checkpoint sync").update();
		try {
			this.answered.write(lastChange());
		}
		catch (IOException ex) {
			throw new DataAccessResourceFailureException("The number of the last change cannot be written", ex);
		}
	}

	private void checkSpace() {
		try {
			if (this.directory.isFull()) {
				throw new ChangeRefused(this.directory.full() + " Nothing was changed.");
			}
		}
		catch (IOException ex) {
			throw new ChangeRefused("The data directory cannot be read (" + ex + "). Nothing was changed.", ex);
		}
	}

	/** Waits for the change before, and takes none behind one that failed. */
	private void lock() {
		try {
			if (!this.lock.tryLock(LOCK_SECONDS, TimeUnit.SECONDS)) {
				throw new ChangeRefused("Other changes take their time; nothing was changed. Try again in a moment.");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ChangeRefused("The server stops; nothing was changed.", ex);
		}
		if (this.broken) {
			this.lock.unlock();
			throw new ChangeRefused(
					"The database failed at an earlier change and takes no more; look into the log, and restart the server.");
		}
	}

	/** No change is made meanwhile, so that what is read fits together. */
	private Snapshot state() {
		lock();
		try {
			return new Snapshot(String.join("\n", this.jdbc.sql("script").query(String.class).list()), lastChange());
		}
		finally {
			this.lock.unlock();
		}
	}

	private long lastChange() {
		return this.jdbc.sql("select number from last_change").query(Long.class).single();
	}

	/** Why no change is taken, in a sentence; empty while changes are taken. */
	public Optional<String> failure() {
		if (this.broken) {
			return Optional.of("The database failed; look into the log, and restart the server.");
		}
		long began = this.began;
		long seconds = (began != 0) ? TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) : 0;
		if (seconds >= LOCK_SECONDS) {
			return Optional
				.of("A change has not come to its end for " + seconds + " s; look at the disk, or restart the server.");
		}
		return Optional.empty();
	}

	/**
	 * Why no snapshot of the last changes could be written so far; empty if there is one,
	 * or soon will be.
	 */
	public Optional<String> snapshotFailure() {
		return this.snapshot.failure();
	}

	/** A sentence that says that the database was made anew at the start, if it was. */
	public Optional<String> rebuilt() {
		return Optional.ofNullable(this.rebuilt);
	}

	/** Writes the snapshot that is due. */
	@Override
	public void close() {
		this.snapshot.close();
	}

}

package io.heliograph.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.heliograph.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
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

	private static final long SNAPSHOT_SECONDS = 1;

	private static final long LOCK_SECONDS = 5;

	private static final long RESERVED_BYTES = 16 * 1024 * 1024;

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final DataDirectory directory;

	private final Snapshots snapshots;

	private final ReentrantLock lock = new ReentrantLock();

	private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "snapshots");
		thread.setDaemon(true);
		return thread;
	});

	private boolean snapshotDue;

	private volatile boolean broken;

	DurableChanges(JdbcClient jdbc, PlatformTransactionManager transactionManager, DataDirectory directory,
			Snapshots snapshots) {
		this.jdbc = jdbc;
		this.transactions = new TransactionTemplate(transactionManager);
		this.directory = directory;
		this.snapshots = snapshots;
		this.later.scheduleWithFixedDelay(this::writeSnapshot, SNAPSHOT_SECONDS, SNAPSHOT_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Makes a change in a transaction; when it returns, the change is on the disk.
	 * @param change the statements
	 * @param committed takes what they returned once they are committed: brings what is
	 * kept of it in memory up to date, and tells who must know
	 * @throws org.springframework.web.ErrorResponseException if the database or the disk
	 * does not take it; after the commit it counts until the process ends, but may not
	 * outlive it
	 */
	public <T> T make(Supplier<T> change, Consumer<T> committed) {
		checkSpace();
		if (this.broken) {
			throw Problem.UNAVAILABLE.with(
					"The database failed at an earlier change and takes no more; look into the log, and restart the server.");
		}
		if (!tryLock()) {
			throw Problem.UNAVAILABLE
				.with("Other changes take their time; nothing was changed. Try again in a moment.");
		}
		try {
			T result = this.transactions.execute((status) -> change.get());
			this.snapshotDue = true;
			try {
				committed.accept(result);
			}
			finally {
				this.jdbc.sql("checkpoint sync").update();
			}
			return result;
		}
		catch (DataIntegrityViolationException ex) {
			throw ex;
		}
		catch (CannotCreateTransactionException ex) {
			logger.error("The database gave no connection for a change", ex);
			throw Problem.UNAVAILABLE.with("The database is busy; nothing was changed. Try again in a moment.");
		}
		catch (DataAccessException | TransactionException ex) {
			this.broken = true;
			logger.error("The database failed; it takes no more changes until the server is restarted", ex);
			throw Problem.UNAVAILABLE
				.with("The database failed, and the change may be lost; look into the log, and restart the server.");
		}
		finally {
			unlock();
		}
	}

	private void checkSpace() {
		try {
			if (Files.getFileStore(this.directory.path()).getUsableSpace() < RESERVED_BYTES) {
				throw Problem.UNAVAILABLE.with("The disk of the data directory has less than "
						+ RESERVED_BYTES / 1024 / 1024 + " MiB left; make room there. Nothing was changed.");
			}
		}
		catch (IOException ex) {
			throw Problem.UNAVAILABLE.with("The data directory cannot be read (" + ex + "). Nothing was changed.");
		}
	}

	private boolean tryLock() {
		try {
			return this.lock.tryLock(LOCK_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private void unlock() {
		if (this.lock.isHeldByCurrentThread()) {
			this.lock.unlock();
		}
	}

	/** Whether the database failed, so that no change is taken until a restart. */
	public boolean isBroken() {
		return this.broken;
	}

	/** No change is made meanwhile, so that what is written fits together. */
	private void writeSnapshot() {
		try {
			if (tryLock() && this.snapshotDue && !this.broken) {
				this.snapshots.write(this.jdbc.sql("script").query(String.class).list());
				this.snapshotDue = false;
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.error("The snapshot of the database could not be written; it is tried again", ex);
		}
		finally {
			unlock();
		}
	}

	/** Writes the snapshot that is due. */
	@Override
	public void close() {
		this.later.shutdown();
		writeSnapshot();
	}

}

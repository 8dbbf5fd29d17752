package io.heliograph.storage;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes changes to the database, one after the other, and forces them to the disk: H2
 * does not do that at a commit. A snapshot follows soon after.
 */
@Component
public final class DurableChanges implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DurableChanges.class);

	private static final long SNAPSHOT_DELAY_SECONDS = 1;

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	private final Snapshots snapshots;

	private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "snapshots");
		thread.setDaemon(true);
		return thread;
	});

	private boolean snapshotDue;

	DurableChanges(JdbcClient jdbc, PlatformTransactionManager transactionManager, Snapshots snapshots) {
		this.jdbc = jdbc;
		this.snapshots = snapshots;
		this.transactions = new TransactionTemplate(transactionManager);
	}

	/**
	 * Makes a change in a transaction; when it returns, the change is on the disk.
	 * @param change the statements
	 * @param committed takes what they returned once they are committed: brings what is
	 * kept of it in memory up to date
	 * @throws org.springframework.dao.DataAccessException if it fails; after the commit
	 * it counts until the process ends, but may not outlive it
	 */
	public synchronized <T> T make(Supplier<T> change, Consumer<T> committed) {
		T result = this.transactions.execute((status) -> change.get());
		committed.accept(result);
		if (!this.snapshotDue) {
			this.snapshotDue = true;
			this.later.schedule(this::writeSnapshot, SNAPSHOT_DELAY_SECONDS, TimeUnit.SECONDS);
		}
		this.jdbc.sql("checkpoint sync").update();
		return result;
	}

	/** No change is made meanwhile, so that what is written fits together. */
	private synchronized void writeSnapshot() {
		if (this.snapshotDue) {
			this.snapshotDue = false;
			try {
				this.snapshots.write(this.jdbc.sql("script").query(String.class).list());
			}
			catch (IOException | RuntimeException ex) {
				logger.error("The snapshot of the database could not be written", ex);
			}
		}
	}

	/** Writes the snapshot that is due. */
	@Override
	public void close() {
		this.later.shutdownNow();
		writeSnapshot();
	}

}

package io.heliograph.audit;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.heliograph.audit.AuditWriter.Opening;
import io.heliograph.storage.ChangeRefused;
import io.heliograph.storage.DataDirectoryUnusable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Takes down who changed what. All rows are written by one thread, which forces those
 * together that came while it forced others. Thread-safe.
 */
@Component
public final class AuditLog implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(AuditLog.class);

	private static final int MOST_WAITING = 1000;

	private static final long WAIT_SECONDS = 5;

	private static final long STOP_SECONDS = 30;

	private final AuditFiles files;

	private final Clock clock;

	private final AuditWriter writer;

	private final BlockingQueue<AuditRow> rows = new LinkedBlockingQueue<>(MOST_WAITING);

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "audit");
		thread.setDaemon(true);
		return thread;
	});

	/** Why the last row is not on the disk; null if it is. */
	private volatile @Nullable Throwable failure;

	/**
	 * @throws DataDirectoryUnusable if the files cannot be read and written
	 */
	@Autowired
	AuditLog(AuditFiles files, AuditSettings settings, Clock clock) {
		this(files, settings, clock, AuditFile::new);
	}

	AuditLog(AuditFiles files, AuditSettings settings, Clock clock, Opening opening) {
		this.files = files;
		this.clock = clock;
		try {
			this.writer = new AuditWriter(files, settings, clock, opening);
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The audit log in " + files.directory() + " cannot be opened (" + ex
					+ "); let this user read and write there.", ex);
		}
		this.thread.scheduleWithFixedDelay(this.writer::tick, 1, 1, TimeUnit.SECONDS);
	}

	/**
	 * Appends a row; when it returns, that is on the disk. It is the last step of the
	 * transaction of its change: what cannot be taken down is not changed.
	 * @return the number of the row
	 * @throws ChangeRefused if the row cannot be written; it is not in the log then
	 */
	public long append(AuditEvent event) {
		AuditRow row = AuditRow.of(this.clock.instant(), event);
		submit(row, WAIT_SECONDS);
		try {
			return row.written().join();
		}
		catch (CompletionException ex) {
			throw new ChangeRefused("The audit log cannot be written (" + ex.getCause()
					+ "), so nothing was changed. Make room on the disk of " + this.files.directory()
					+ ", and look into the log.", ex);
		}
	}

	/**
	 * Appends a row without waiting for the disk, as of a login; it is there a moment
	 * later. One that cannot be written is in the log of the server.
	 */
	public void note(AuditEvent event) {
		AuditRow row = AuditRow.of(this.clock.instant(), event);
		row.written().whenComplete((id, failure) -> {
			if (failure != null) {
				lost(event, failure);
			}
		});
		try {
			submit(row, 0);
		}
		catch (ChangeRefused ex) {
			lost(event, ex);
		}
	}

	private static void lost(AuditEvent event, Throwable failure) {
		logger.warn("A row of the audit log is lost, of the action {}: {}", event.action(), failure.toString());
	}

	private void submit(AuditRow row, long seconds) {
		try {
			if (!this.rows.offer(row, seconds, TimeUnit.SECONDS)) {
				throw new ChangeRefused(
						"The disk takes its time for the audit log; nothing was changed. Try again in a moment.");
			}
			this.thread.execute(this::write);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ChangeRefused("The server stops; nothing was changed.", ex);
		}
		catch (RejectedExecutionException ex) {
			// if it is not there any more, it is written all the same
			if (this.rows.remove(row)) {
				throw new ChangeRefused("The server stops; nothing was changed.", ex);
			}
		}
	}

	private void write() {
		List<AuditRow> waiting = new ArrayList<>();
		this.rows.drainTo(waiting);
		if (waiting.isEmpty()) {
			return;
		}
		AuditRow last = waiting.get(waiting.size() - 1);
		last.written().whenComplete((id, failure) -> this.failure = failure);
		try {
			this.writer.write(waiting);
		}
		catch (Throwable ex) {
			this.writer.abandon(ex);
			waiting.forEach((row) -> row.written().completeExceptionally(ex));
		}
	}

	/**
	 * Why the last row could not be written, in a sentence; empty if it was. Any thread.
	 */
	public Optional<String> failure() {
		return Optional.ofNullable(this.failure)
			.map((failure) -> "The audit log cannot be written (" + failure + "); nothing can be changed until it can. "
					+ "Look at the disk of " + this.files.directory() + ", and into the log.");
	}

	/** The number of the last row that is on the disk. */
	long forced() {
		return this.writer.forced();
	}

	/** Writes the rows that wait. */
	@Override
	public void close() throws IOException {
		this.thread.shutdown();
		try {
			if (this.thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
				this.writer.close();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

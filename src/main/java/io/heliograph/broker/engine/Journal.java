package io.heliograph.broker.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Store;
import io.heliograph.broker.store.StoreFailed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what happens into batches of the store, in its order, on a thread of its own,
 * which owns all that is said to be the journal's. Thread-safe; nothing blocks but
 * {@link #close}.
 */
final class Journal implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Journal.class);

	/** Those that wait longer than that would take a batch longer than they need. */
	static final int MAX_CHANGES = 512;

	/**
	 * A batch that has so many operations, or bytes, is committed before the next change.
	 */
	static final int MAX_OPERATIONS = 10_000;

	static final long MAX_BYTES = 4 * 1024 * 1024;

	/** For who would wait for changes, but made none. */
	static final CompletionStage<Void> NOTHING_TO_WAIT_FOR = CompletableFuture.completedStage(null);

	private static final long STOP_MILLIS = 30_000;

	/** How long a reader waits for the disk. */
	private static final long PATIENCE_MILLIS = 30_000;

	private final Store store;

	private final Consumer<Throwable> onFailure;

	/**
	 * Adds what all changes of a batch come to; returns what is done once it is durable.
	 */
	private Change completion = (batch) -> Change.NOTHING;

	private final BlockingQueue<Entry> waiting = new LinkedBlockingQueue<>();

	private final Thread thread = new Thread(this::run, "heliograph-journal");

	/** The position up to which all is durable. */
	private volatile long durablePosition;

	/** Completes when all that was committed is durable and what was to be done is. */
	private CompletionStage<?> tail = CompletableFuture.completedFuture(null);

	private Batch batch;

	private List<Runnable> whenDurable = new ArrayList<>();

	private List<Change> made = new ArrayList<>();

	private volatile boolean closed;

	/** Its thread is at its end, and tells nobody any more. */
	private volatile boolean stopped;

	/**
	 * Tells those that come after that: not on their threads, which may hold monitors
	 * that others need who are told.
	 */
	private final Aside failingAside = new Aside("heliograph-journal-stopped", this::failWaiting);

	private volatile @Nullable Throwable failure;

	/**
	 * @param onFailure is called once if the store or a change fails: what this is part
	 * of is to be closed then, and made anew from the store
	 */
	Journal(Store store, Consumer<Throwable> onFailure) {
		this.store = store;
		this.onFailure = onFailure;
		this.durablePosition = store.position();
		this.batch = new Batch(this.durablePosition + 1);
		this.thread.setDaemon(true);
	}

	/**
	 * From here on changes are made.
	 * @param completion what is added to each batch when it is complete
	 */
	void start(Change completion) {
		this.completion = completion;
		this.thread.start();
	}

	/** Makes a change that reads nothing of what is in the store. */
	void write(Change change) {
		add(new Entry(change, false));
	}

	/** The same for one after which nothing is to be done. */
	void store(Consumer<Batch> change) {
		write((batch) -> {
			change.accept(batch);
			return Change.NOTHING;
		});
	}

	/** Makes a change that sees in the store all those before. */
	void readAndWrite(Change change) {
		add(new Entry(change, true));
	}

	/** Completes when all changes so far are durable, and what was to be done is done. */
	CompletableFuture<Void> durable() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		write(new Change() {

			@Override
			public Runnable apply(Batch batch) {
				return () -> stage.complete(null);
			}

			@Override
			public void failed(Throwable cause) {
				stage.completeExceptionally(cause);
			}

		});
		return stage;
	}

	/**
	 * Waits until what a reader may have seen in the store is durable, so that it stays
	 * true. Not on a thread of the journal or of the store.
	 * @throws StoreFailed if that is not known
	 */
	void awaitDurable() {
		if (this.durablePosition >= this.store.position()) {
			return;
		}
		try {
			durable().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StoreFailed("What was read may not be on the disk: the wait for that was interrupted", ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new StoreFailed("What was read may not be on the disk", ex);
		}
	}

	private void add(Entry entry) {
		this.waiting.add(entry);
		if (this.stopped) {
			this.failingAside.start();
		}
	}

	private void failWaiting() {
		Throwable cause = this.failure;
		Throwable told = (cause != null) ? cause : new IllegalStateException("the broker is closed");
		for (Entry entry = this.waiting.poll(); entry != null; entry = this.waiting.poll()) {
			fail(entry.change(), told);
		}
	}

	private static void fail(Change change, Throwable cause) {
		try {
			change.failed(cause);
		}
		catch (Throwable ex) {
			log("What a failed change was to tell failed", ex);
		}
	}

	/**
	 * Where no memory may be left for a line: what follows is to be done all the same.
	 */
	private static void log(String what, Throwable cause) {
		try {
			logger.error(what, cause);
		}
		catch (Throwable none) {
			// there is nowhere to tell it
		}
	}

	/** After a failure it tells those that come, until it is closed. */
	private void run() {
		Deque<Entry> drained = new ArrayDeque<>(MAX_CHANGES);
		while (!this.closed || !this.waiting.isEmpty() || !drained.isEmpty()) {
			try {
				round(drained);
			}
			catch (Throwable ex) {
				fail(ex);
			}
		}
		stop();
	}

	private void stop() {
		this.stopped = true;
		this.failingAside.run();
	}

	/**
	 * @param drained those that are to be made first: the ones that the round before did
	 * not reach
	 */
	private void round(Deque<Entry> drained) throws InterruptedException {
		if (drained.isEmpty()) {
			drained.add(this.waiting.take());
			this.waiting.drainTo(drained, MAX_CHANGES - 1);
		}
		for (Entry entry = drained.peek(); entry != null; entry = drained.peek()) {
			apply(entry);
			drained.remove();
			if (this.batch.size() >= MAX_OPERATIONS || this.batch.bytes() >= MAX_BYTES) {
				commit();
			}
		}
		commit();
	}

	private void apply(Entry entry) {
		Throwable before = this.failure;
		if (before == null && entry.reads()) {
			commit();
			before = this.failure;
		}
		if (before != null) {
			fail(entry.change(), before);
			return;
		}
		try {
			this.whenDurable.add(entry.change().apply(this.batch));
			this.made.add(entry.change());
		}
		catch (Throwable ex) {
			// what is in memory may be half changed: it is to be read from the store anew
			this.made.add(entry.change());
			fail(ex);
		}
	}

	/** What was added so far is one batch. */
	private void commit() {
		if (this.made.isEmpty()) {
			return;
		}
		try {
			this.whenDurable.add(0, this.completion.apply(this.batch));
		}
		catch (Throwable ex) {
			// the store cannot be read
			fail(ex);
			return;
		}
		List<Runnable> actions = this.whenDurable;
		List<Change> changes = this.made;
		List<Runnable> nextActions = new ArrayList<>();
		List<Change> nextMade = new ArrayList<>();
		CompletionStage<?> durable = this.tail;
		long reached = this.batch.position() - (this.batch.isEmpty() ? 1 : 0);
		if (!this.batch.isEmpty()) {
			try {
				durable = this.store.commit(this.batch);
				this.batch = new Batch(this.batch.position() + 1);
			}
			catch (Throwable ex) {
				durable = CompletableFuture.failedFuture(ex);
			}
		}
		this.tail = durable.handle((position, cause) -> {
			if (cause == null) {
				this.durablePosition = reached;
				actions.forEach(Journal::run);
			}
			else {
				failed(cause, changes);
				throw new IllegalStateException(cause);
			}
			return null;
		});
		// last: they are told if what comes before fails
		this.whenDurable = nextActions;
		this.made = nextMade;
	}

	private void fail(Throwable cause) {
		failed(cause, this.made);
		this.made.clear();
	}

	private static void run(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			log("What was to be done after a commit failed", ex);
		}
	}

	/** Who hears that a change has failed finds that the journal has, too. */
	private void failed(Throwable cause, List<Change> changes) {
		boolean first;
		synchronized (this) {
			first = this.failure == null;
			if (first) {
				this.failure = cause;
			}
		}
		for (Change change : changes) {
			fail(change, cause);
		}
		if (first) {
			try {
				this.onFailure.accept(cause);
			}
			catch (Throwable ex) {
				log("Who looks after a failed journal could not be told", ex);
			}
		}
	}

	/** Whether it makes no changes any more since one has failed. Any thread. */
	boolean hasFailed() {
		return this.failure != null;
	}

	/**
	 * Makes the changes so far, and none from here on. Waits until they are durable, but
	 * not for ever.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.waiting.add(new Entry((batch) -> Change.NOTHING, false));
		try {
			this.thread.join(STOP_MILLIS);
			if (this.thread.getState() == Thread.State.NEW) {
				stop();
			}
			this.tail.toCompletableFuture().get(STOP_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			if (this.failure == null) {
				logger.error("What happened last may not be stored", ex);
			}
		}
	}

	/**
	 * A change that waits.
	 *
	 * @param reads whether it must see those before in the store
	 */
	private record Entry(Change change, boolean reads) {
	}

}

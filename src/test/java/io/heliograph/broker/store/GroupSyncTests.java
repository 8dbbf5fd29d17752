package io.heliograph.broker.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class GroupSyncTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Semaphore mayEnd = new Semaphore(0);

	private final Semaphore began = new Semaphore(0);

	private final AtomicInteger syncs = new AtomicInteger();

	private final List<Long> marks = Collections.synchronizedList(new ArrayList<>());

	private volatile @Nullable RocksDBException failure;

	private @Nullable GroupSync sync;

	@AfterEach
	void close() {
		this.mayEnd.release(1000);
		if (this.sync != null) {
			this.sync.close();
		}
	}

	private GroupSync open(SyncMode mode) {
		GroupSync opened = new GroupSync(this::sync, mode, 0, this.marks::add);
		this.sync = opened;
		return opened;
	}

	private void sync() throws RocksDBException {
		this.began.release();
		this.mayEnd.acquireUninterruptibly();
		if (this.failure != null) {
			throw this.failure;
		}
		this.syncs.incrementAndGet();
	}

	private void awaitSync() throws InterruptedException {
		assertThat(this.began.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
	}

	private static CompletableFuture<Long> write(GroupSync sync, long position) {
		return sync.written(position, System.nanoTime()).toCompletableFuture();
	}

	@Test
	void bringsAllThatWasWrittenMeanwhileToTheDiskInOneGo() throws InterruptedException {
		GroupSync group = open(SyncMode.ALWAYS);
		CompletableFuture<Long> first = write(group, 1);
		awaitSync();
		CompletableFuture<Long> second = write(group, 2);
		CompletableFuture<Long> third = write(group, 3);
		assertThat(first).isNotDone();
		this.mayEnd.release();
		assertThat(first).succeedsWithin(TIMEOUT).isEqualTo(1L);
		awaitSync();
		assertThat(second).isNotDone();
		assertThat(third).isNotDone();
		this.mayEnd.release();
		assertThat(third).succeedsWithin(TIMEOUT).isEqualTo(3L);
		assertThat(second).isCompletedWithValue(2L);
		assertThat(this.syncs).hasValue(2);
	}

	@Test
	void failsWhatItCouldNotBringToTheDiskAndAllBehind() throws InterruptedException {
		GroupSync group = open(SyncMode.ALWAYS);
		CompletableFuture<Long> first = write(group, 1);
		awaitSync();
		CompletableFuture<Long> second = write(group, 2);
		this.failure = new RocksDBException("broken");
		this.mayEnd.release();
		assertThat(first).failsWithin(TIMEOUT).withThrowableThat().havingCause().isInstanceOf(StoreFailed.class);
		assertThat(second).failsWithin(TIMEOUT).withThrowableThat().havingCause().isInstanceOf(StoreFailed.class);
		assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> write(group, 3));
		assertThatExceptionOfType(StoreFailed.class).isThrownBy(group::throwIfFailed);
	}

	@Test
	void failsWhatWaitsWhenAWriteFails() throws InterruptedException {
		GroupSync group = open(SyncMode.ALWAYS);
		CompletableFuture<Long> first = write(group, 1);
		awaitSync();
		CompletableFuture<Long> second = write(group, 2);
		group.fail(new StoreFailed("no write", new RocksDBException("broken")));
		this.mayEnd.release();
		assertThat(first).as("it is on the disk").succeedsWithin(TIMEOUT);
		assertThat(second).failsWithin(TIMEOUT).withThrowableThat().withMessageContaining("no write");
	}

	@Test
	void closesWhenWhatWasWrittenIsOnTheDisk() {
		GroupSync group = open(SyncMode.OFF);
		assertThat(write(group, 1)).succeedsWithin(TIMEOUT);
		assertThat(this.syncs).hasValue(0);
		assertThat(this.marks).isEmpty();
		this.mayEnd.release();
		group.close();
		assertThat(this.syncs).hasValue(1);
		assertThat(this.marks).containsExactly(1L);
	}

	@Test
	void doesNotWaitForTheDiskWithAnInterval() throws InterruptedException {
		GroupSync group = open(new SyncMode(Duration.ofMillis(1)));
		CompletableFuture<Long> first = write(group, 1);
		assertThat(first).succeedsWithin(TIMEOUT);
		awaitSync();
		assertThat(this.syncs).hasValue(0);
		this.mayEnd.release();
	}

	@Test
	void bringsNothingToTheDiskBeforeTheIntervalIsOver() {
		GroupSync group = open(new SyncMode(Duration.ofHours(1)));
		for (int i = 1; i <= 100; i++) {
			assertThat(write(group, i)).succeedsWithin(TIMEOUT);
		}
		assertThat(this.began.availablePermits()).isZero();
	}

	@Test
	void notesWhatIsOnTheDiskNotEachTime() throws InterruptedException {
		this.mayEnd.release(1000);
		GroupSync group = open(SyncMode.ALWAYS);
		for (int i = 1; i <= 500; i++) {
			assertThat(write(group, i)).succeedsWithin(TIMEOUT);
		}
		group.close();
		assertThat(this.marks).isSorted().endsWith(500L).hasSizeLessThan(100);
	}

	@Test
	void notesWhatIsOnTheDiskLaterThoughNothingIsWritten() {
		this.mayEnd.release(1000);
		GroupSync group = open(SyncMode.ALWAYS);
		assertThat(write(group, 1)).succeedsWithin(TIMEOUT);
		assertThat(write(group, 2)).succeedsWithin(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> this.marks.contains(2L));
	}

	@Test
	void isNotClosedByAStage() throws InterruptedException {
		GroupSync group = open(SyncMode.ALWAYS);
		CompletableFuture<Void> stage = write(group, 1).thenRun(group::refuseItsThread);
		awaitSync();
		this.mayEnd.release();
		assertThat(stage).failsWithin(TIMEOUT)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(IllegalStateException.class);
	}

}

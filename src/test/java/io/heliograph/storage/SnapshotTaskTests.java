package io.heliograph.storage;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** When a snapshot is written. */
class SnapshotTaskTests {

	private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

	private final Queue<Optional<String>> reported = new ConcurrentLinkedQueue<>();

	private SnapshotTask task;

	private Snapshot read() {
		this.reported.add(this.task.failure());
		RuntimeException failure = this.failures.poll();
		if (failure != null) {
			throw failure;
		}
		return new Snapshot("-- H2 2.4.240;", 1);
	}

	private void assertThatItIsWrittenAfter(RuntimeException failure, Path data) {
		try (DataDirectory directory = new DataDirectory(new StorageSettings(data.toString()))) {
			Snapshots snapshots = new Snapshots(directory);
			this.failures.add(failure);
			this.task = new SnapshotTask(this::read, snapshots);
			this.task.schedule();
			await().until(() -> !snapshots.newestFirst().isEmpty());
			await().until(() -> this.task.failure().isEmpty());
			this.task.close();
		}
	}

	@Test
	void waitsForAChangeThatTakesItsTime(@TempDir Path data) {
		assertThatItIsWrittenAfter(new ChangeRefused("busy"), data);
		assertThat(this.reported).containsExactly(Optional.empty(), Optional.empty());
	}

	@Test
	void comesAfterAFailureThatIsReported(@TempDir Path data) {
		assertThatItIsWrittenAfter(new IllegalStateException("unreadable"), data);
		assertThat(this.reported).containsExactly(Optional.empty(),
				Optional.of("java.lang.IllegalStateException: unreadable"));
	}

}

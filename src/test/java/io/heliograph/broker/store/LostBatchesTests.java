package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A store that has less than it had on the disk says so. */
@ExtendWith(OutputCaptureExtension.class)
class LostBatchesTests {

	private static final Family ROWS = new Family("rows", false);

	private static final Instant BEGIN = new MovedClock().instant();

	private final MovedClock clock = new MovedClock();

	@TempDir
	private Path folder;

	private RocksStore open() {
		return RocksStore.open(this.folder, List.of(ROWS), StoreSettings.of("always"), this.clock);
	}

	/** Writes batches a minute apart. */
	private void write(int batches) {
		try (RocksStore store = open()) {
			write(store, batches);
		}
	}

	private void write(RocksStore store, int batches) {
		for (int i = 0; i < batches; i++) {
			this.clock.move(Duration.ofMinutes(1));
			long position = store.position() + 1;
			Batch batch = new Batch(position);
			batch.put(ROWS, new byte[] { (byte) position }, new byte[1000]);
			store.commit(batch).toCompletableFuture().join();
		}
	}

	/** Damages the log of a store that has 20 batches in the middle. */
	private void damageLog() throws IOException {
		try (DirectoryStream<Path> logs = Files.newDirectoryStream(this.folder.resolve("db"), "*.log")) {
			for (Path log : logs) {
				byte[] bytes = Files.readAllBytes(log);
				if (bytes.length > 15_000) {
					bytes[bytes.length / 2] ^= 1;
					Files.write(log, bytes);
				}
			}
		}
	}

	@Test
	void areToldOnce(CapturedOutput output) throws IOException {
		write(20);
		damageLog();
		try (RocksStore store = open()) {
			MissingBatches missing = store.missing().orElseThrow();
			assertThat(missing.count()).isBetween(5L, 15L);
			assertThat(missing.after()).isEqualTo(BEGIN.plus(Duration.ofMinutes(20 - missing.count())));
			assertThat(missing.until()).isEqualTo(BEGIN.plus(Duration.ofMinutes(20)));
			assertThat(output).containsOnlyOnce(missing.sentence()).contains("ERROR");
			assertThat(store.get(ROWS, new byte[] { (byte) (20 - missing.count()) })).isNotNull();
			assertThat(store.get(ROWS, new byte[] { (byte) (21 - missing.count()) })).isNull();
			assertThat(store.position()).as("no position stands for two batches").isEqualTo(20);
			write(store, 1);
		}
		try (RocksStore store = open()) {
			assertThat(store.missing()).isEmpty();
			assertThat(store.position()).isEqualTo(21);
			assertThat(store.get(ROWS, new byte[] { 21 })).isNotNull();
		}
	}

	@Test
	void areToldOnceIfNothingIsWrittenBehind() throws IOException {
		write(20);
		damageLog();
		open().close();
		try (RocksStore store = open()) {
			assertThat(store.missing()).isEmpty();
			assertThat(store.position()).isEqualTo(20);
		}
	}

	private Stores stores() {
		return Stores.in(this.folder, StoreSettings.of("always"), this.clock);
	}

	private static void openAndClose(Stores stores) {
		stores.open(List.of(ROWS)).close();
	}

	@Test
	void areShownUntilTheFileIsDeleted(CapturedOutput output) throws IOException {
		write(20);
		damageLog();
		this.clock.move(Duration.ofDays(1));
		Instant seen = this.clock.instant();
		openAndClose(stores());
		assertThat(output).contains("shows that until you delete " + this.folder.resolve("missing.txt"));
		this.clock.move(Duration.ofDays(1));
		Stores next = stores();
		openAndClose(next);
		openAndClose(next);
		Path report = this.folder.resolve("missing.txt");
		assertThat(next.missing()).hasValueSatisfying((missing) -> {
			assertThat(missing.lost()).singleElement()
				.asString()
				.matches(seen
						+ ": \\d+ commits that were on the disk are not there; what was acknowledged between .* and "
						+ BEGIN.plus(Duration.ofMinutes(20)) + " may be lost");
			assertThat(missing.remedy()).isEqualTo("Delete the file " + report + " when you have seen to it.");
		});
		assertThat(output).containsOnlyOnce("has lost something before this start");
		Files.delete(report);
		assertThat(next.missing()).as("at once").isEmpty();
		Stores last = stores();
		openAndClose(last);
		assertThat(last.missing()).isEmpty();
	}

	@Test
	void areReportedEachTimeAndOnceOnly() throws IOException {
		LossReport report = new LossReport(this.folder.resolve("missing.txt"));
		assertThat(report.lines()).isEmpty();
		for (int i = 0; i < 25; i++) {
			String missing = new MissingBatches(i + 1, BEGIN, BEGIN.plusSeconds(i)).sentence();
			report.add(missing, BEGIN.plusSeconds(i));
			report.add(missing, BEGIN.plusSeconds(i + 1));
		}
		assertThat(report.lines()).hasSize(20).element(19).asString().contains(": 25 commits");
		assertThat(report.lines().get(0)).contains(": 6 commits");
		assertThat(report.file()).content().startsWith("# What the store has lost.");
		assertThat(this.folder).isDirectoryNotContaining("glob:**.tmp");
	}

	@Test
	void areShownUntilTheStopIfTheyCannotBeReported(CapturedOutput output) throws IOException {
		write(20);
		damageLog();
		Files.createDirectories(this.folder.resolve("missing.txt.tmp/in-the-way"));
		Stores stores = stores();
		openAndClose(stores);
		openAndClose(stores);
		assertThat(stores.missing())
			.hasValueSatisfying((missing) -> assertThat(missing.remedy()).contains("could not be written"));
		assertThat(output).contains("missing.txt cannot be written (");
		assertThat(stores().missing()).isEmpty();
	}

	@Test
	void areNotHiddenByAReportThatCannotBeRead() throws IOException {
		Files.write(this.folder.resolve("missing.txt"), new byte[] { (byte) 0xff, '\n' });
		assertThat(stores().missing()).hasValueSatisfying(
				(missing) -> assertThat(missing.lost()).singleElement().asString().contains("cannot be read from"));
	}

	@Test
	void mayBeAnyWithoutTheMark(CapturedOutput output) throws IOException {
		write(20);
		damageLog();
		Files.delete(this.folder.resolve("synced"));
		isToldThatNobodyKnows(output);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 10, 4096 })
	void mayBeAnyIfTheMarkCannotBeRead(int bytes, CapturedOutput output) throws IOException {
		write(20);
		damageLog();
		byte[] garbage = new byte[bytes];
		Arrays.fill(garbage, (byte) 0x55);
		Files.write(this.folder.resolve("synced"), garbage);
		isToldThatNobodyKnows(output);
	}

	/** As a new one has, which is written before the first batch. */
	@Test
	void mayBeAnyIfTheMarkIsOfZeros(CapturedOutput output) throws IOException {
		write(20);
		damageLog();
		Files.write(this.folder.resolve("synced"), new byte[8192]);
		isToldThatNobodyKnows(output);
	}

	@Test
	void areNoneInANewStoreWhoseMarkIsOfZeros(CapturedOutput output) throws IOException {
		open().close();
		Files.write(this.folder.resolve("synced"), new byte[8192]);
		open().close();
		assertThat(output).doesNotContain("ERROR");
	}

	private void isToldThatNobodyKnows(CapturedOutput output) {
		try (RocksStore store = open()) {
			assertThat(store.missing()).isEmpty();
			assertThat(store.position()).isBetween(5L, 15L);
		}
		assertThat(output).containsOnlyOnce("ERROR").contains("would show whether all is there");
		assertThat(new LossReport(this.folder.resolve("missing.txt")).lines()).singleElement()
			.asString()
			.contains("would show whether all is there");
		open().close();
		assertThat(output).as("the next time").containsOnlyOnce("ERROR");
	}

	@Test
	void areNoneIfTheMarkIsOlder() throws IOException {
		write(5);
		byte[] mark = Files.readAllBytes(this.folder.resolve("synced"));
		write(5);
		Files.write(this.folder.resolve("synced"), mark);
		try (RocksStore store = open()) {
			assertThat(store.missing()).isEmpty();
			assertThat(store.position()).isEqualTo(10);
			assertThat(store.lastUse()).contains(BEGIN.plus(Duration.ofMinutes(10)));
		}
	}

	@Test
	void leavesTheTimeOfTheLastUse() {
		try (RocksStore store = open()) {
			assertThat(store.lastUse()).isEmpty();
		}
		write(3);
		this.clock.move(Duration.ofDays(1));
		try (RocksStore store = open()) {
			assertThat(store.lastUse()).contains(BEGIN.plus(Duration.ofMinutes(3)));
		}
	}

	/** As while devices are connected that send nothing but PINGREQ. */
	@Test
	void leavesTheTimeOfTheLastUseThoughNothingWasWrittenThen() {
		try (RocksStore store = open()) {
			write(store, 1);
			this.clock.move(Duration.ofHours(1));
			Instant now = this.clock.instant();
			await().atMost(Duration.ofSeconds(30))
				.until(() -> SyncedMark.read(this.folder.resolve("synced")).at().equals(now));
		}
	}

	@Test
	void noteWhatIsOnTheDiskOnly() throws IOException {
		try (RocksStore store = RocksStore.open(this.folder, List.of(ROWS), StoreSettings.of("off"), this.clock)) {
			write(store, 3);
			assertThat(SyncedMark.read(this.folder.resolve("synced")).position()).as("nothing was brought to the disk")
				.isZero();
		}
		try (RocksStore store = open()) {
			assertThat(store.position()).isEqualTo(3);
		}
	}

}

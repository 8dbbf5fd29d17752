package io.heliograph.broker.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.heliograph.broker.store.Manifest.Sum;
import io.heliograph.broker.store.SyncedMark.Mark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SyncedMarkTests {

	private static final Instant NOW = Instant.parse("2026-11-30T07:00:00.123Z");

	@TempDir
	private Path folder;

	private Path file;

	@BeforeEach
	void chooseFile() {
		this.file = this.folder.resolve("synced");
	}

	private void write(long position) throws IOException {
		try (SyncedMark mark = SyncedMark.open(this.file)) {
			mark.write(mark(position));
		}
	}

	private static Mark mark(long position) {
		return new Mark(position, NOW, new Sum(position + 5, position * 100, (int) position * -7), logs(position),
				position % 2 == 0);
	}

	private static LogFiles logs(long count) {
		SortedMap<Long, LogFiles.Sum> logs = new TreeMap<>();
		for (long i = 0; i < count; i++) {
			logs.put(i * 7, new LogFiles.Sum(i * 1000, i * 11));
		}
		return new LogFiles(logs);
	}

	private Mark read() throws IOException {
		try (SyncedMark mark = SyncedMark.open(this.file)) {
			return mark.last();
		}
	}

	@Test
	void isNoneAtFirst() throws IOException {
		assertThat(read()).isNull();
		assertThat(read()).isNull();
		assertThat(this.file).hasSize(2 * 4096);
	}

	@Test
	void isTheLastOne() throws IOException {
		for (int i = 1; i < 6; i++) {
			write(i);
			assertThat(read()).isEqualTo(mark(i));
		}
	}

	@Test
	void isTheOneBeforeIfTheLastOneIsDamaged() throws IOException {
		for (int i = 1; i < 6; i++) {
			write(i);
			byte[] whole = Files.readAllBytes(this.file);
			for (int place : new int[] { 0, 3, 8, 15, 20, 25, 35, 39, 40, 43 }) {
				byte[] damaged = whole.clone();
				damaged[(i - 1) % 2 * 4096 + place] ^= 4;
				Files.write(this.file, damaged);
				assertThat(read()).isEqualTo((i == 1) ? null : mark(i - 1));
			}
			Files.write(this.file, whole);
		}
	}

	@Test
	void isTheLaterOfTwoWithOnePosition() throws IOException {
		Mark before = new Mark(5, NOW);
		Mark after = new Mark(5, NOW.plusSeconds(1));
		for (Mark one : List.of(before, after, after)) {
			try (SyncedMark mark = SyncedMark.open(this.file)) {
				mark.write(one);
			}
		}
		assertThat(read()).isEqualTo(after);
		Mark last = new Mark(5, NOW.plusSeconds(2));
		try (SyncedMark mark = SyncedMark.open(this.file)) {
			mark.write(last);
		}
		assertThat(read()).isEqualTo(last);
	}

	@Test
	void holdsManyLogs() throws IOException {
		Mark most = new Mark(1, NOW, Sum.NONE, logs(LogFiles.MOST), true);
		try (SyncedMark mark = SyncedMark.open(this.file)) {
			mark.write(most);
		}
		assertThat(read()).isEqualTo(most);
		assertThat(logs(LogFiles.MOST + 5).from(0).sums()).hasSize(LogFiles.MOST).containsKey((LogFiles.MOST + 4) * 7L);
	}

	@Test
	void isOneWithoutLogsIfTheseAreDamaged() throws IOException {
		write(1);
		byte[] whole = Files.readAllBytes(this.file);
		for (int place : new int[] { 47, 51, 59, 64 }) {
			byte[] damaged = whole.clone();
			damaged[place] ^= 4;
			Files.write(this.file, damaged);
			assertThat(read().logs()).isEqualTo(LogFiles.NONE);
			assertThat(read().position()).isEqualTo(1);
		}
	}

	@Test
	void isWrittenOverTheDamagedOne() throws IOException {
		write(1);
		write(2);
		try (RandomAccessFile bytes = new RandomAccessFile(this.file.toFile(), "rw")) {
			bytes.seek(4096 + 10);
			bytes.write(77);
		}
		write(3);
		assertThat(read()).isEqualTo(mark(3));
		try (RandomAccessFile bytes = new RandomAccessFile(this.file.toFile(), "rw")) {
			bytes.seek(4096 + 10);
			bytes.write(77);
		}
		assertThat(read()).isEqualTo(mark(1));
	}

	@Test
	void isNoneWhereTheFileIsShortOrSomethingElse() throws IOException {
		Files.writeString(this.file, "");
		assertThat(read()).isNull();
		Files.writeString(this.file, "something else that is longer than a mark is");
		assertThat(read()).isNull();
		write(7);
		assertThat(read()).isEqualTo(mark(7));
	}

}

package io.heliograph.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.heliograph.testing.MovedClock;
import io.heliograph.web.Page;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/** Pages of the audit log. */
class AuditReaderTests {

	@TempDir
	private Path data;

	private final MovedClock clock = new MovedClock();

	private TestAudit open() {
		return TestAudit.open(this.data, TestAudit.SMALL, this.clock);
	}

	private static AuditCursor cursor(Page<AuditEntry> page) {
		return AuditCursor.parse(String.valueOf(page.next()));
	}

	private static List<Long> ids(Page<AuditEntry> page) {
		return page.items().stream().map(AuditEntry::id).toList();
	}

	@ParameterizedTest
	@CsvSource({ "1", "3", "7", "30", "31", "1000" })
	void holdEachRowOnceWhileRowsAreAppended(int limit) throws IOException {
		try (TestAudit audit = open()) {
			IntStream.range(0, 30).forEach((number) -> audit.append("t", 20_000));
			List<Long> found = new ArrayList<>();
			@Nullable AuditCursor cursor = AuditCursor.NEWEST;
			while (cursor != null) {
				Page<AuditEntry> page = audit.reader.read(TestAudit.ALL, cursor, limit);
				assertThat(page.items()).isNotEmpty().hasSizeLessThanOrEqualTo(limit);
				found.addAll(ids(page));
				cursor = (page.next() != null) ? cursor(page) : null;
				audit.append("later", 1000);
			}
			assertThat(found).isEqualTo(LongStream.rangeClosed(-30, -1).map((id) -> -id).boxed().toList());
		}
	}

	@Test
	void areReadBesideWhoWritesAndDeletes() throws IOException {
		try (TestAudit audit = open()) {
			IntStream.range(0, 60).forEach((number) -> audit.append("t", 20_000));
			AtomicBoolean end = new AtomicBoolean();
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
				while (!end.get()) {
					audit.append("t", 20_000);
				}
			});
			for (int i = 0; i < 200; i++) {
				List<Long> ids = audit.ids();
				// what is there is there without gaps; a slow reader finds the end
				// deleted
				assertThat(ids).isNotEmpty()
					.isEqualTo(LongStream.range(0, ids.size()).map((index) -> ids.get(0) - index).boxed().toList());
			}
			end.set(true);
			assertThat(writer).succeedsWithin(Duration.ofSeconds(30));
		}
	}

	@Test
	void goOnBehindAFileThatWasDeleted() throws IOException {
		try (TestAudit audit = open()) {
			IntStream.range(0, 15).forEach((number) -> audit.append("t", 20_000));
			Page<AuditEntry> page = audit.reader.read(TestAudit.ALL, AuditCursor.NEWEST, 7);
			assertThat(ids(page)).startsWith(15L).endsWith(9L);
			audit.files.delete(6);
			assertThat(ids(audit.reader.read(TestAudit.ALL, cursor(page), 7))).containsExactly(5L, 4L, 3L, 2L, 1L);
		}
	}

	@Test
	void holdWhatStandsBehindMuchThatIsNotWanted() throws IOException {
		try (TestAudit audit = openLarge()) {
			audit.append("wänted \"\\");
			IntStream.range(0, 50).forEach((number) -> audit.append("t", 100_000));
			AuditFilter filter = new AuditFilter(null, null, "wänted \"\\", null, null);
			Page<AuditEntry> page = audit.reader.read(filter, AuditCursor.NEWEST, 10);
			assertThat(ids(page)).containsExactly(1L);
			assertThat(page.next()).isNull();
		}
	}

	/** Of a time, each row has to be parsed. */
	@Test
	void parseSoManyBytesAndMayBeEmpty() throws IOException {
		try (TestAudit audit = openLarge()) {
			IntStream.range(0, 50).forEach((number) -> audit.append("t", 100_000));
			AuditFilter filter = new AuditFilter(null, null, null, null, Instant.EPOCH);
			Page<AuditEntry> page = audit.reader.read(filter, AuditCursor.NEWEST, 10);
			int empty = 1;
			for (; page.next() != null; empty++) {
				assertThat(page.items()).isEmpty();
				page = audit.reader.read(filter, cursor(page), 10);
			}
			assertThat(empty).isEqualTo(50 * 100_000 / AuditReader.MOST_PARSED + 1);
		}
	}

	private TestAudit openLarge() {
		return TestAudit.open(this.data, new AuditSettings(Duration.ofDays(1), DataSize.ofMegabytes(100)), this.clock);
	}

	@Test
	void holdNothingOfARowThatIsWritten() throws IOException {
		try (TestAudit audit = open()) {
			audit.append("t");
			Files.writeString(audit.lastFile(), "{\"id\":2,\"at\":\"2026", StandardOpenOption.APPEND);
			assertThat(audit.ids()).containsExactly(1L);
		}
	}

	/** Of a whole file without the end of a line, too. */
	@Test
	void goPastWhatIsDamaged() throws IOException {
		try (TestAudit audit = open()) {
			IntStream.range(0, 15).forEach((number) -> audit.append("t", 20_000));
			try (RandomAccessFile damaged = new RandomAccessFile(audit.files.path(6).toFile(), "rw")) {
				damaged.setLength(0);
				damaged.setLength(AuditReader.MOST_EXAMINED);
				damaged.seek(AuditReader.MOST_EXAMINED);
				damaged.write('\n');
			}
			Page<AuditEntry> page = audit.reader.read(TestAudit.ALL, AuditCursor.NEWEST, 100);
			assertThat(ids(page)).containsExactly(15L, 14L, 13L, 12L, 11L);
			page = audit.reader.read(TestAudit.ALL, cursor(page), 100);
			assertThat(ids(page)).containsExactly(5L, 4L, 3L, 2L, 1L);
			assertThat(page.next()).isNull();
		}
	}

	@ParameterizedTest
	@CsvSource({ "admin, , , , , 4-2-1", "adm, , , , , ''", ", user.create, , , , 2-1", ", user, , , , 3-2-1",
			", use, , , , ''", ", , users/glass, , , 3-1", ", , users, , , 3-2-1", ", , users/, , , ''",
			", , , 2026-11-24T12:00:01Z, , 4-3-2", ", , , , 2026-11-24T12:00:01Z, 1",
			", , , 2026-11-24T12:00:01Z, 2026-11-24T12:00:03Z, 3-2",
			"admin, user, users/glass-42, 2026-11-24T12:00:01Z, 2026-11-24T12:00:03Z, 2" })
	void holdWhatIsWanted(@Nullable String actor, @Nullable String action, @Nullable String target,
			@Nullable Instant from, @Nullable Instant to, String expected) throws IOException {
		try (TestAudit audit = open()) {
			append(audit, "admin", "user.create", "users/glass");
			append(audit, "admin", "user.create", "users/glass-42");
			append(audit, "operator", "user.delete", "users/glass");
			append(audit, "admin", "rule.create", "rules/1");
			AuditFilter filter = new AuditFilter(actor, action, target, from, to);
			Page<AuditEntry> page = audit.reader.read(filter, AuditCursor.NEWEST, 100);
			assertThat(String.join("-", ids(page).stream().map(String::valueOf).toList())).isEqualTo(expected);
		}
	}

	private void append(TestAudit audit, String actor, String action, String target) {
		audit.log.append(new AuditEvent(actor, null, null, action, target, null, null));
		this.clock.move(Duration.ofSeconds(1));
	}

}

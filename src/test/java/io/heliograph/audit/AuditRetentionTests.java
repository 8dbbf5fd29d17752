package io.heliograph.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.heliograph.testing.MovedClock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/** How much of the audit log is kept. */
class AuditRetentionTests {

	private static final AuditSettings ONE_FILE = new AuditSettings(Duration.ofDays(10), DataSize.ofMegabytes(100));

	@TempDir
	private Path data;

	private final MovedClock clock = new MovedClock();

	private TestAudit open(AuditSettings settings) {
		return TestAudit.open(this.data, settings, this.clock);
	}

	private static long total(TestAudit audit) throws IOException {
		long total = 0;
		for (long number : audit.files.numbers()) {
			total += audit.files.size(number);
		}
		return total;
	}

	@Test
	void beginsANewFileWhenOneHasItsSize() throws IOException {
		try (TestAudit audit = open(TestAudit.SMALL)) {
			IntStream.range(0, 30).forEach((number) -> audit.append("t", 20_000));
			assertThat(audit.files.numbers()).containsExactly(1L, 6L, 11L, 16L, 21L, 26L);
			for (long number : audit.files.numbers()) {
				assertThat(audit.files.size(number)).isBetween(100_000L, TestAudit.SMALL.fileBytes());
			}
			assertThat(audit.ids()).hasSize(30).isSortedAccordingTo((a, b) -> Long.compare(b, a));
		}
	}

	@Test
	void givesARowThatIsLargerThanAFileOneOfItsOwn() throws IOException {
		try (TestAudit audit = open(TestAudit.SMALL)) {
			audit.append("small");
			audit.append("large", 500_000);
			audit.append("small");
			assertThat(audit.files.numbers()).containsExactly(1L, 2L, 3L);
		}
	}

	@Test
	void keepsTheNewestRowsOfItsSize() throws IOException {
		try (TestAudit audit = open(TestAudit.SMALL)) {
			IntStream.range(0, 100).forEach((number) -> audit.append("t", 20_000));
			assertThat(total(audit)).isBetween(900_000L,
					TestAudit.SMALL.maxSize().toBytes() + TestAudit.SMALL.fileBytes());
			assertThat(audit.ids()).startsWith(100L, 99L, 98L).doesNotContain(1L);
		}
	}

	@Test
	void takesASmallerSizeAtTheStart() throws IOException {
		try (TestAudit audit = open(new AuditSettings(Duration.ofDays(10), DataSize.ofMegabytes(2)))) {
			IntStream.range(0, 100).forEach((number) -> audit.append("t", 20_000));
			assertThat(total(audit)).isGreaterThan(1_900_000);
		}
		try (TestAudit audit = open(TestAudit.SMALL)) {
			assertThat(total(audit)).isLessThanOrEqualTo(TestAudit.SMALL.maxSize().toBytes());
		}
	}

	@Test
	void deletesWhatIsTooOldOnceADay() throws IOException {
		try (TestAudit audit = open(ONE_FILE)) {
			audit.append("first");
			this.clock.move(Duration.ofDays(2));
			// a file spans a day
			Awaitility.await().until(() -> audit.files.numbers().size() == 2);
			audit.append("second");
			this.clock.move(Duration.ofDays(8).minusSeconds(1));
			Awaitility.await().until(() -> audit.files.numbers().size() == 3);
			assertThat(audit.targets()).containsExactly("second", "first");
			this.clock.move(Duration.ofDays(1));
			Awaitility.await().until(() -> audit.targets().equals(List.of("second")));
		}
	}

	@Test
	void deletesWhatIsTooOldAtTheStart() throws IOException {
		try (TestAudit audit = open(ONE_FILE)) {
			audit.append("old");
		}
		this.clock.move(Duration.ofDays(11));
		try (TestAudit audit = open(ONE_FILE)) {
			assertThat(audit.rows()).isEmpty();
		}
	}

	@Test
	void usesNoNumberAgainWhenAllRowsAreDeleted() throws IOException {
		try (TestAudit audit = open(ONE_FILE)) {
			IntStream.range(0, 5).forEach((number) -> audit.append("old"));
		}
		for (int start = 0; start < 3; start++) {
			this.clock.move(Duration.ofDays(20));
			try (TestAudit audit = open(ONE_FILE)) {
				assertThat(audit.files.numbers()).containsExactly(6L);
				assertThat(audit.lastFile()).isEmptyFile();
			}
		}
		try (TestAudit audit = open(ONE_FILE)) {
			assertThat(audit.append("new")).isEqualTo(6);
		}
	}

	@Test
	void goesOnWithTheLastFile() throws IOException {
		for (int start = 1; start <= 3; start++) {
			try (TestAudit audit = open(ONE_FILE)) {
				assertThat(audit.append("t")).isEqualTo(start);
				assertThat(audit.files.numbers()).containsExactly(1L);
			}
		}
	}

	@Test
	void leavesWhatIsNoneOfItsFiles() throws IOException {
		Path other = Files.writeString(Files.createDirectory(this.data.resolve("audit")).resolve("audit-1.jsonl.bak"),
				"mine");
		try (TestAudit audit = open(TestAudit.SMALL)) {
			IntStream.range(0, 100).forEach((number) -> audit.append("t", 20_000));
			assertThat(other).hasContent("mine");
		}
	}

}

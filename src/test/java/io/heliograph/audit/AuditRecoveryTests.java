package io.heliograph.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.heliograph.storage.ChangeRefused;
import io.heliograph.testing.MovedClock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a start makes of what a kill, a power cut or a disk has left. */
class AuditRecoveryTests {

	private static final int CALLERS = 4;

	private static final int CUTS = 15;

	@TempDir
	private Path data;

	private static TestAudit open(Path data) {
		return TestAudit.open(data, TestAudit.SMALL, new MovedClock());
	}

	private Path threeRows() throws IOException {
		try (TestAudit audit = open(this.data)) {
			List.of("first", "second", "third").forEach(audit::append);
			return audit.lastFile();
		}
	}

	@Test
	void cutsOffALastRowThatIsTorn() throws IOException {
		Path file = threeRows();
		byte[] whole = Files.readAllBytes(file);
		String text = new String(whole, StandardCharsets.US_ASCII);
		int third = text.lastIndexOf('\n', whole.length - 2) + 1;
		for (int length = third; length < whole.length; length++) {
			Files.write(file, Arrays.copyOf(whole, length));
			try (TestAudit audit = open(this.data)) {
				assertThat(audit.targets()).containsExactly("second", "first");
				assertThat(audit.append("fourth")).isGreaterThanOrEqualTo(3);
				assertThat(audit.targets()).containsExactly("fourth", "second", "first");
			}
			assertThat(Files.readString(file)).startsWith(text.substring(0, third)).doesNotContain("third");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4096, 3_000_000 })
	void cutsOffZerosBehindTheRows(int zeros) throws IOException {
		Path file = threeRows();
		long length = Files.size(file);
		Files.write(file, new byte[zeros], StandardOpenOption.APPEND);
		try (TestAudit audit = open(this.data)) {
			assertThat(file).hasSize(length);
			assertThat(audit.append("fourth")).isGreaterThan(3);
			assertThat(audit.targets()).containsExactly("fourth", "third", "second", "first");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "{}", "null", "7", "\0\0\0", "{\"id\":2}", "[{\"id\":2}]",
			"{\"id\":2,\"at\":\"never\",\"actor\":\"a\",\"action\":\"a\",\"target\":\"t\"}",
			"{\"id\":2,\"at\":\"2026-11-24T12:00:00Z\",\"actor\":\"a\",\"action\":\"a\",\"target\":\"t\"}}" })
	void showsTheRowsRoundOneThatIsDamaged(String damaged) throws IOException {
		Path file = threeRows();
		List<String> lines = new ArrayList<>(Files.readAllLines(file));
		lines.set(1, damaged);
		Files.write(file, lines);
		try (TestAudit audit = open(this.data)) {
			assertThat(audit.targets()).containsExactly("third", "first");
			assertThat(audit.append("fourth")).isEqualTo(4);
			assertThat(audit.targets()).containsExactly("fourth", "third", "first");
		}
	}

	@Test
	void usesNoNumberOfADamagedRowAgain() throws IOException {
		Path file = threeRows();
		List<String> lines = new ArrayList<>(Files.readAllLines(file));
		lines.set(1, "damaged");
		lines.set(2, "damaged");
		Files.write(file, lines);
		try (TestAudit audit = open(this.data)) {
			assertThat(audit.append("fourth")).isEqualTo(4);
			assertThat(audit.targets()).containsExactly("fourth", "first");
		}
		Files.write(file, List.of("damaged", "damaged", "damaged", "damaged"));
		try (TestAudit audit = open(this.data)) {
			assertThat(audit.append("fifth")).isEqualTo(5);
		}
	}

	/** Whatever a kill leaves of files that are written. */
	@Test
	void hasEachRowThatWasConfirmedBeforeAKill() throws IOException {
		Random random = new Random(42);
		NavigableSet<Long> confirmed = new ConcurrentSkipListSet<>();
		Path running = this.data.resolve("running");
		TestAudit audit = open(running);
		List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
			.mapToObj((number) -> CompletableFuture.runAsync(() -> appendUntilItEnds(audit, confirmed)))
			.toList();
		try (audit) {
			for (int cut = 0; cut < CUTS; cut++) {
				int before = confirmed.size();
				Awaitility.await().until(() -> confirmed.size() > before + 20);
				NavigableSet<Long> beforeCopy = new TreeSet<>(confirmed);
				Path killed = this.data.resolve("killed-" + cut);
				long oldest = copy(running, killed);
				Set<Long> expected = beforeCopy.tailSet(oldest, true);
				cut(TestAudit.lastFile(killed), expected, random);
				checkKept(killed, expected);
			}
		}
		callers.forEach((caller) -> assertThat(caller).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.withCauseInstanceOf(ChangeRefused.class));
		assertThat(confirmed.size()).isGreaterThan(20 * CUTS);
	}

	private static void appendUntilItEnds(TestAudit audit, Set<Long> confirmed) {
		for (int length = 0;; length = (length + 97) % 2000) {
			confirmed.add(audit.append("t", length));
		}
	}

	/** Copies the files that retention leaves; returns the number of the oldest. */
	private static long copy(Path from, Path to) throws IOException {
		Path copies = Files.createDirectories(to.resolve("audit"));
		List<Path> files;
		try (Stream<Path> listed = Files.list(from.resolve("audit"))) {
			files = listed.sorted().toList();
		}
		List<String> copied = new ArrayList<>();
		for (Path file : files) {
			try {
				Files.copy(file, copies.resolve(file.getFileName()));
				copied.add(file.getFileName().toString());
			}
			catch (NoSuchFileException ex) {
				// deleted meanwhile
			}
		}
		return Long.parseLong(copied.get(0).replaceAll("\\D", ""));
	}

	/** Cuts a file anywhere behind the rows that were confirmed. */
	private static void cut(Path file, Set<Long> confirmed, Random random) throws IOException {
		long last = confirmed.stream().max(Long::compare).orElseThrow();
		String text = Files.readString(file, StandardCharsets.US_ASCII);
		int row = text.indexOf("{\"id\":" + last + ",");
		int end = (row >= 0) ? text.indexOf('\n', row) + 1 : 0;
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.truncate(end + random.nextInt(text.length() - end + 1));
		}
	}

	private static void checkKept(Path data, Set<Long> confirmed) throws IOException {
		try (TestAudit audit = TestAudit.open(data)) {
			List<Long> ids = audit.ids();
			assertThat(ids).containsAll(confirmed)
				.doesNotHaveDuplicates()
				.isSortedAccordingTo((a, b) -> Long.compare(b, a));
			long next = audit.append("next");
			assertThat(next).isGreaterThan(ids.get(0));
			assertThat(audit.ids()).hasSize(ids.size() + 1).startsWith(next);
		}
	}

}

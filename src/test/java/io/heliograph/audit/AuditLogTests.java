package io.heliograph.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.heliograph.storage.ChangeRefused;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is appended, and how it stands in the files. */
class AuditLogTests {

	private static final JsonMapper MAPPER = new JsonMapper();

	@TempDir
	private Path data;

	@Test
	void keepsAllThatARowSays() throws IOException {
		Map<String, Object> after = Collections.singletonMap("role", null);
		try (TestAudit audit = TestAudit.open(this.data)) {
			long id = audit.log
				.append(new AuditEvent("admin", "key-7", "::1", "user.update", "users/glass-42", List.of(1), after));
			audit.log.append(new AuditEvent(AuditEvent.SERVER, null, null, "user.create", "users/admin", null, null));
			List<AuditEntry> rows = audit.rows();
			assertThat(rows.get(1))
				.isEqualTo(new AuditEntry(id, Instant.parse("2026-11-24T12:00:00Z"), "admin", "key-7", "::1",
						"user.update", "users/glass-42", MAPPER.readTree("[1]"), MAPPER.readTree("{\"role\":null}")));
			assertThat(rows.get(0)).isEqualTo(new AuditEntry(id + 1, Instant.parse("2026-11-24T12:00:00Z"), ":server",
					null, null, "user.create", "users/admin", null, null));
			assertThat(audit.lastFile()).hasContent("""
					{"id":1,"at":"2026-11-24T12:00:00Z","actor":"admin","apiKey":"key-7","address":"::1",\
					"action":"user.update","target":"users/glass-42","before":[1],"after":{"role":null}}
					{"id":2,"at":"2026-11-24T12:00:00Z","actor":":server","action":"user.create",\
					"target":"users/admin"}
					""");
		}
	}

	@Test
	void isForTheOwnerAlone() throws IOException {
		try (TestAudit audit = TestAudit.open(this.data)) {
			audit.append("t");
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(audit.lastFile())))
				.isEqualTo("rw-------");
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.data.resolve("audit"))))
				.isEqualTo("rwx------");
		}
	}

	@Test
	void confirmsARowWhenItIsOnTheDisk() throws IOException {
		FailingFile.Disk disk = new FailingFile.Disk();
		CountDownLatch goOn = new CountDownLatch(1);
		try (TestAudit audit = TestAudit.open(this.data, TestAudit.SETTINGS, disk)) {
			disk.beforeForce = () -> await(goOn);
			CompletableFuture<Long> append = CompletableFuture.supplyAsync(() -> audit.append("t"));
			Awaitility.await().until(() -> disk.forces.get() == 1);
			assertThat(append).isNotDone();
			assertThat(audit.rows()).as("not yet to be seen").isEmpty();
			goOn.countDown();
			assertThat(append).succeedsWithin(Duration.ofSeconds(30));
			assertThat(audit.targets()).containsExactly("t");
		}
	}

	@Test
	void forcesTogetherWhatComesWhileItForces() throws IOException {
		FailingFile.Disk disk = new FailingFile.Disk();
		CountDownLatch goOn = new CountDownLatch(1);
		try (TestAudit audit = TestAudit.open(this.data, TestAudit.SETTINGS, disk)) {
			disk.beforeForce = () -> await(goOn);
			audit.log.note(TestAudit.event("first"));
			Awaitility.await().until(() -> disk.forces.get() == 1);
			// none of these waits
			IntStream.range(0, 20).forEach((number) -> audit.log.note(TestAudit.event("t")));
			goOn.countDown();
			audit.append("last");
			assertThat(audit.rows()).hasSize(22);
			assertThat(disk.forces.get()).isLessThanOrEqualTo(3);
		}
	}

	@Test
	void writesWhatIsNotedSoon() throws IOException {
		try (TestAudit audit = TestAudit.open(this.data)) {
			audit.log.note(TestAudit.event("login"));
			Awaitility.await().until(() -> audit.targets().contains("login"));
		}
	}

	@Test
	void writesWhatWaitsBeforeItCloses() throws IOException {
		try (TestAudit audit = TestAudit.open(this.data)) {
			IntStream.range(0, 100).forEach((number) -> audit.log.note(TestAudit.event("t" + number)));
		}
		try (TestAudit audit = TestAudit.open(this.data)) {
			assertThat(audit.rows()).hasSize(100);
		}
	}

	@Test
	void takesNothingOnceItIsClosed() throws IOException {
		TestAudit audit = TestAudit.open(this.data);
		audit.close();
		assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> audit.append("t"))
			.withMessage("The server stops; nothing was changed.");
		audit.log.note(TestAudit.event("t"));
	}

	@Test
	void losesWhatIsNotedAndRefusesWhatIsAppendedBehindADiskThatHangs() throws IOException {
		FailingFile.Disk disk = new FailingFile.Disk();
		CountDownLatch goOn = new CountDownLatch(1);
		try (TestAudit audit = TestAudit.open(this.data, TestAudit.SETTINGS, disk)) {
			disk.beforeForce = () -> await(goOn);
			try {
				IntStream.range(0, 2000).forEach((number) -> audit.log.note(TestAudit.event("t")));
				assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> audit.append("late"))
					.withMessageContaining("nothing was changed");
			}
			finally {
				goOn.countDown();
			}
			audit.append("last");
			assertThat(audit.targets()).hasSizeBetween(1001, 2001).doesNotContain("late").startsWith("last");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n{\"id\":7}\n", "\r\n", "\u0000", "\u0085", "\u2028\u2029", "\u009b2J", "\"},{\"", "\\",
			"ß glass 🙂" })
	void canHoldNoRowWithinARow(String text) throws IOException {
		try (TestAudit audit = TestAudit.open(this.data)) {
			audit.log.append(new AuditEvent(text, text, text, text, text, Map.of(text, text), text));
			audit.append("next");
			AuditEntry row = audit.rows().get(1);
			assertThat(List.of(row.actor(), String.valueOf(row.apiKey()), String.valueOf(row.address()), row.action(),
					row.target()))
				.containsOnly(text);
			assertThat((Object) row.before()).isEqualTo(MAPPER.valueToTree(Map.of(text, text)));
			assertThat((Object) row.after()).isEqualTo(MAPPER.valueToTree(text));
			byte[] file = Files.readAllBytes(audit.lastFile());
			assertThat(new String(file, StandardCharsets.ISO_8859_1)).matches("([ -~]+\n){2}");
		}
	}

	@Test
	void replacesHalfACharacter() throws IOException {
		String half = "\ud83d";
		try (TestAudit audit = TestAudit.open(this.data)) {
			audit.log.append(new AuditEvent("a", null, null, "b", half, Map.of(half, half), half + "c"));
			AuditEntry row = audit.rows().get(0);
			assertThat(row.target()).isEqualTo("\ufffd");
			assertThat(row.before() + " " + row.after()).isEqualTo("{\"\ufffd\":\"\ufffd\"} \"\ufffdc\"");
		}
	}

	@Test
	void notesHowLongValuesAreThatAreTooLong() throws IOException {
		try (TestAudit audit = TestAudit.open(this.data)) {
			audit.append("long", AuditRow.LONGEST - 300);
			audit.append("too long", AuditRow.LONGEST);
			audit.append("next");
			assertThat(audit.targets()).containsExactly("next", "too long", "long");
			List<AuditEntry> rows = audit.rows();
			assertThat(rows.get(1).before()).isNull();
			assertThat(String.valueOf(rows.get(1).after()))
				.matches("\\{\"note\":\"left out, since the row would have 1048\\d{3} bytes; 1 MiB is the most\"}");
			assertThat(String.valueOf(rows.get(2).after())).hasSize(AuditRow.LONGEST - 300 + 2);
		}
	}

	@Test
	void cutsTextsThatAreTooLong() throws IOException {
		String text = "🙂".repeat(AuditRow.LONGEST);
		try (TestAudit audit = TestAudit.open(this.data)) {
			audit.log.append(new AuditEvent(text, text, text, text, text, text, text));
			assertThat(audit.rows().get(0).target()).hasSize(1001).endsWith("🙂…");
			assertThat(Files.size(audit.lastFile())).isLessThan(100_000);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

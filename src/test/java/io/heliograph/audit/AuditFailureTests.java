package io.heliograph.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import io.heliograph.audit.FailingFile.Step;
import io.heliograph.storage.ChangeRefused;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The audit log on a disk that fails. */
class AuditFailureTests {

	@TempDir
	private Path data;

	private final FailingFile.Disk disk = new FailingFile.Disk();

	private TestAudit audit;

	@BeforeEach
	void open() {
		this.audit = TestAudit.open(this.data, TestAudit.SETTINGS, this.disk);
		this.audit.append("first");
	}

	@AfterEach
	void close() throws IOException {
		this.audit.close();
	}

	private void refuses(String target) {
		assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> this.audit.append(target));
	}

	@Test
	void saysWhatToDo() {
		this.disk.failAt(Step.APPEND);
		assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> this.audit.append("refused"))
			.withMessage(
					"The audit log cannot be written (java.io.IOException: No space left on device), so nothing was "
							+ "changed. Make room on the disk of " + this.data.resolve("audit")
							+ ", and look into the log.");
	}

	@Test
	void isToldUntilARowIsWritten() {
		assertThat(this.audit.log.failure()).isEmpty();
		this.disk.failAt(Step.FORCE);
		refuses("refused");
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.audit.log.failure()).get(InstanceOfAssertFactories.STRING)
				.startsWith("The audit log cannot be written (java.io.IOException: Input/output error)"));
		this.disk.failAt();
		this.audit.append("second");
		Awaitility.await().until(() -> this.audit.log.failure().isEmpty());
	}

	@Test
	void leavesNoHalfRow() throws IOException {
		long length = Files.size(this.audit.lastFile());
		this.disk.failAt(Step.APPEND);
		refuses("refused");
		refuses("refused");
		assertThat(this.audit.lastFile()).hasSize(length);
		this.disk.failAt();
		this.audit.append("second");
		assertThat(this.audit.files.numbers()).containsExactly(1L);
		assertThat(this.audit.targets()).containsExactly("second", "first");
	}

	@Test
	void beginsANewFileBehindAHalfRowThatCannotBeCutOff() throws IOException {
		this.disk.failAt(Step.APPEND, Step.CUT);
		refuses("refused");
		this.disk.failAt();
		long id = this.audit.append("second");
		assertThat(this.audit.files.numbers()).containsExactly(1L, id);
		assertThat(this.audit.targets()).containsExactly("second", "first");
		reopen();
		this.audit.append("third");
		assertThat(this.audit.targets()).containsExactly("third", "second", "first");
	}

	@Test
	void beginsANewFileAfterOneThatCouldNotBeForced() throws IOException {
		Path file = this.audit.lastFile();
		long length = Files.size(file);
		this.disk.failAt(Step.FORCE);
		refuses("refused");
		assertThat(file).as("without what was refused").hasSize(length);
		assertThat(this.audit.targets()).containsExactly("first");
		this.disk.failAt();
		long id = this.audit.append("second");
		assertThat(this.audit.files.numbers()).containsExactly(1L, id);
		assertThat(this.audit.targets()).containsExactly("second", "first");
		assertThat(file).hasSize(length);
	}

	@Test
	void refusesWhatCouldNotBeForcedWhenItIsCutOff() throws IOException {
		CountDownLatch cutting = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		this.disk.beforeCut = () -> {
			cutting.countDown();
			await(goOn);
		};
		this.disk.failAt(Step.FORCE);
		CompletableFuture<?> refused = CompletableFuture.runAsync(() -> this.audit.append("refused"));
		await(cutting);
		assertThat(refused).failsWithin(Duration.ofMillis(200)).withThrowableOfType(TimeoutException.class);
		goOn.countDown();
		assertThat(refused).failsWithin(Duration.ofSeconds(30))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(ChangeRefused.class);
		assertThat(this.audit.targets()).containsExactly("first");
	}

	@Test
	void confirmsNoneOfThoseThatWaitedForAForceThatFailed() throws IOException {
		CountDownLatch goOn = new CountDownLatch(1);
		this.disk.beforeForce = () -> await(goOn);
		int forces = this.disk.forces.get();
		this.disk.failAt(Step.FORCE);
		CompletableFuture<?> one = CompletableFuture.runAsync(() -> this.audit.append("one"));
		Awaitility.await().until(() -> this.disk.forces.get() == forces + 1);
		CompletableFuture<?> two = CompletableFuture.runAsync(() -> this.audit.append("two"));
		this.audit.log.note(TestAudit.event("noted"));
		goOn.countDown();
		assertThat(one).failsWithin(Duration.ofSeconds(30));
		assertThat(two).failsWithin(Duration.ofSeconds(30));
		this.disk.failAt();
		this.audit.append("second");
		assertThat(this.audit.targets()).startsWith("second").endsWith("first").doesNotContain("one", "two");
	}

	@Test
	void leavesNoRowOfEmptyFiles() throws IOException {
		this.disk.failAt(Step.FORCE);
		for (int i = 0; i < 5; i++) {
			refuses("refused");
		}
		this.disk.failAt(Step.OPEN);
		refuses("refused");
		refuses("refused");
		assertThat(this.audit.files.numbers()).hasSizeLessThanOrEqualTo(3);
		this.disk.failAt();
		long id = this.audit.append("second");
		assertThat(this.audit.files.numbers()).containsExactly(1L, id);
		assertThat(this.audit.targets()).containsExactly("second", "first");
	}

	@Test
	void goesOnWithANewNumberAfterARestart() throws IOException {
		long id = this.audit.append("second");
		this.disk.failAt(Step.FORCE);
		refuses("refused");
		refuses("refused");
		this.disk.failAt();
		reopen();
		assertThat(this.audit.append("third")).isGreaterThan(id);
		assertThat(this.audit.targets()).containsExactly("third", "second", "first");
	}

	private void reopen() throws IOException {
		this.audit.close();
		this.audit = TestAudit.open(this.data, TestAudit.SETTINGS, this.disk);
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

package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What a store tells the operating system, and when. */
@RequiresProgram(value = "strace", apt = "strace")
class SyncedStoreTests {

	private static final int BATCHES = 50;

	private static final Family ROWS = new Family("rows", false);

	private static final Pattern CALL = Pattern.compile("(\\d+) +(?:<\\.\\.\\. )?(\\w+)(.*)");

	private static final Pattern OPENED_LOG = Pattern.compile("\\d+ +openat\\(.*/db/\\d+\\.log\", O_RDONLY.* = (\\d+)");

	@TempDir
	private Path folder;

	@Test
	void bringsABatchToTheDiskBeforeItsStageCompletes() throws Exception {
		List<String> calls = trace("always");
		for (int i = 0; i < BATCHES; i++) {
			assertThat(syncs(calls, i)).as("batch %s", i).isPositive();
		}
	}

	@Test
	void waitsForNoDiskIfThatIsOff() throws Exception {
		List<String> calls = trace("off");
		for (int i = 0; i < BATCHES; i++) {
			assertThat(syncs(calls, i)).as("batch %s", i).isZero();
		}
	}

	/** It is taken for stored from then on, and RocksDB reads it without doing so. */
	@Test
	void bringsTheLogOfTheLastProcessToTheDiskFirst() throws Exception {
		trace("always");
		List<String> calls = trace("always");
		String file = "";
		for (String line : calls) {
			Matcher opened = OPENED_LOG.matcher(line);
			if (opened.matches()) {
				file = opened.group(1);
			}
			if (!file.isEmpty() && line.contains(" fsync(" + file + ")")) {
				return;
			}
			assertThat(line).as("RocksDB began to write").doesNotContainPattern("/db/.*O_CREAT");
		}
		throw new AssertionError("no log was forced");
	}

	private List<String> trace(String sync) throws IOException, InterruptedException {
		Path log = this.folder.resolve("calls");
		try (StoreProcess process = new StoreProcess(List.of("strace", "-f", "-s", "500", "-e",
				"trace=write,pwrite64,fdatasync,fsync,openat", "-o", log.toString()), Writer.class,
				this.folder.resolve("store").toString(), sync)) {
			assertThat(process.rest()).contains("end of batch " + (BATCHES - 1) + ".");
		}
		return Files.readAllLines(log, ISO_8859_1);
	}

	/**
	 * How many syncs began after a batch was written, and ended before it was said to be
	 * stored.
	 */
	private static int syncs(List<String> calls, int batch) {
		int syncs = 0;
		String file = "";
		String syncing = "";
		for (String line : calls) {
			Matcher call = CALL.matcher(line);
			if (!call.matches()) {
				continue;
			}
			String rest = call.group(3);
			if (rest.contains("value of batch " + batch + ".")) {
				file = rest.substring(0, rest.indexOf(','));
			}
			if (rest.contains("end of batch " + batch + ".")) {
				assertThat(file).isNotEmpty();
				return syncs;
			}
			if (call.group(2).equals("fdatasync") && !file.isEmpty()) {
				if (rest.startsWith(file + ")") || rest.startsWith(file + " <")) {
					syncing = call.group(1);
				}
				if (syncing.equals(call.group(1)) && rest.endsWith("= 0")) {
					syncs++;
				}
			}
		}
		throw new AssertionError("batch " + batch + " has no end");
	}

	/** Writes batches, one after the other is stored. */
	static final class Writer {

		public static void main(String[] args) {
			try (RocksStore store = RocksStore.open(Path.of(args[0]), List.of(ROWS), StoreSettings.of(args[1]),
					Clock.systemUTC())) {
				long last = store.position();
				for (int i = 0; i < BATCHES; i++) {
					Batch batch = new Batch(last + i + 1);
					batch.put(ROWS, new byte[] { (byte) i }, ("value of batch " + i + ".").getBytes(UTF_8));
					store.commit(batch).toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
					System.out.println("end of batch " + i + ".");
				}
			}
		}

	}

}

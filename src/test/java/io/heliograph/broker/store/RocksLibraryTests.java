package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

import io.heliograph.testing.ProgramCondition;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@RequiresProgram(value = { "unshare", "mount" }, apt = "util-linux mount")
@EnabledIf(value = "io.heliograph.testing.HeliographProcess#mayHaveDisk",
		disabledReason = ProgramCondition.REASON + "a mount that this user may make (run as root)")
class RocksLibraryTests {

	@TempDir
	private Path directory;

	private Path temporary;

	private Path data;

	@BeforeEach
	void makeDirectories() throws IOException {
		this.temporary = Files.createDirectory(this.directory.resolve("tmp"));
		this.data = Files.createDirectory(this.directory.resolve("data"));
	}

	/**
	 * Opens a store where the directory for temporary files is of its own.
	 * @param options those of its mount
	 */
	private String open(String options) throws IOException, InterruptedException {
		try (StoreProcess process = new StoreProcess(List.of("unshare", "--map-root-user", "--mount", "sh", "-c",
				"mount -t tmpfs -o " + options + " tmpfs \"$0\" && ROCKSDB_SHAREDLIB_DIR=\"$0\" exec \"$@\"",
				this.temporary.toString()), Opener.class, this.temporary.toString(), this.data.toString())) {
			return process.rest();
		}
	}

	@Test
	void leavesNothingBehind() throws Exception {
		assertThat(open("size=32m")).endsWith("open with [] and [broker]");
	}

	@Test
	void isUnpackedElsewhereWhereNothingMayBeExecuted() throws Exception {
		assertThat(open("size=32m,noexec")).endsWith("open with [] and [broker]");
	}

	@Test
	void isUnpackedElsewhereWhereThereIsNoRoom() throws Exception {
		assertThat(open("size=1m")).endsWith("open with [] and [broker]");
	}

	/** Opens a store, and says what lies in both directories. */
	static final class Opener {

		public static void main(String[] args) throws IOException {
			Path data = Path.of(args[1]);
			try (RocksStore store = RocksStore.open(data.resolve("broker"), List.of(), StoreSettings.of("always"),
					Clock.systemUTC())) {
				assertThat(store.position()).isZero();
				System.out.println("open with " + names(Path.of(args[0])) + " and " + names(data));
			}
		}

		private static List<Path> names(Path directory) throws IOException {
			try (Stream<Path> files = Files.list(directory)) {
				return files.map(Path::getFileName).toList();
			}
		}

	}

}

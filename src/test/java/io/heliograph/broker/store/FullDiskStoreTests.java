package io.heliograph.broker.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.heliograph.testing.ProgramCondition;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A store whose disk is full: it fails, and goes on with all that it had when there is
 * room.
 */
@RequiresProgram(value = { "unshare", "mount" }, apt = "util-linux mount")
@EnabledIf(value = "io.heliograph.testing.HeliographProcess#mayHaveDisk",
		disabledReason = ProgramCondition.REASON + "a mount that this user may make (run as root)")
class FullDiskStoreTests {

	private static final Family ROWS = new Family("rows", false);

	@Test
	void failsAndIsOpenedAgain(@TempDir Path disk) throws Exception {
		try (StoreProcess process = new StoreProcess(
				List.of("unshare", "--map-root-user", "--mount", "sh", "-c",
						"mount -t tmpfs -o size=64m tmpfs \"$0\" && exec \"$@\"", disk.toString()),
				Scenario.class, disk.toString())) {
			assertThat(process.rest()).endsWith("as it should be");
		}
	}

	/** What is to happen, on a disk of its own. */
	static final class Scenario {

		private final List<CompletableFuture<Long>> stages = new ArrayList<>();

		private final Path disk;

		private final Stores stores;

		private Scenario(Path disk) {
			this.disk = disk;
			this.stores = Stores.in(disk, StoreSettings.of("always"), Clock.systemUTC());
		}

		public static void main(String[] args) throws IOException {
			try {
				new Scenario(Path.of(args[0])).run();
				System.out.println("as it should be");
			}
			finally {
				System.out.flush();
			}
			System.exit(0);
		}

		private void run() throws IOException {
			Store store = open();
			for (int i = 0; i < 100; i++) {
				commit(store, i);
			}
			assertThat(this.stores.haveRoom()).isFalse();
			Path filler = this.disk.resolve("filler");
			fill(filler);
			Store first = store;
			assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> {
				for (int i = 100; i < 10_000; i++) {
					commit(first, i);
				}
			});
			assertThatExceptionOfType(StoreFailed.class)
				.isThrownBy(() -> first.commit(new Batch(first.position() + 1)));
			assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> first.get(ROWS, key(0)));
			store.close();
			assertThat(this.stages).allMatch(CompletableFuture::isDone);
			long acknowledged = this.stages.stream().filter((stage) -> !stage.isCompletedExceptionally()).count();
			assertThat(acknowledged).isGreaterThanOrEqualTo(100);
			assertThatExceptionOfType(StoreUnusable.class).isThrownBy(this::open)
				.withMessageContaining("Make room there");

			Files.delete(filler);
			store = open();
			assertThat(store.position()).isGreaterThanOrEqualTo(acknowledged);
			for (int i = 0; i < acknowledged; i++) {
				assertThat(store.get(ROWS, key(i))).hasSize(20_000);
			}
			commit(store, (int) store.position()).join();
			assertThat(this.stores.missing()).isEmpty();
			store.close();
		}

		private Store open() {
			return this.stores.open(List.of(ROWS));
		}

		private CompletableFuture<Long> commit(Store store, int number) {
			Batch batch = new Batch(number + 1);
			batch.put(ROWS, key(number), new byte[20_000]);
			CompletableFuture<Long> stage = store.commit(batch).toCompletableFuture();
			this.stages.add(stage);
			return stage;
		}

		private static byte[] key(int number) {
			return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
		}

		private void fill(Path filler) throws IOException {
			try (OutputStream out = Files.newOutputStream(filler)) {
				while (true) {
					out.write(new byte[4096]);
				}
			}
			catch (IOException ex) {
				if (this.disk.toFile().getUsableSpace() > 0) {
					throw ex;
				}
			}
		}

	}

}

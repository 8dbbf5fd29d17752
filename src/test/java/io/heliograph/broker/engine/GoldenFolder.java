package io.heliograph.broker.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import io.heliograph.broker.rows.ClientRow;
import io.heliograph.broker.rows.EndedRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.RocksStore;
import io.heliograph.broker.store.StoreSettings;
import io.heliograph.broker.store.TestStores;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.MovedClock;

import org.springframework.util.FileSystemUtils;

/**
 * A folder of the first format, as it was written once: every later build reads it. The
 * program writes another one, and what is in it, to {@code src/test/resources/golden};
 * that is for new formats only, which leave the old ones where they are.
 */
final class GoldenFolder {

	private static final String ZIP = "store-1.zip";

	/** RocksDB does not need them. */
	private static final List<String> LEFT_OUT = List.of("LOCK", "LOG", "OPTIONS-");

	private GoldenFolder() {
	}

	public static void main(String[] args) throws IOException {
		Path target = Files.createDirectories(Path.of("src/test/resources/golden"));
		Path folder = Files.createTempDirectory("golden");
		try {
			write(folder.resolve("broker"));
			try (OutputStream out = Files.newOutputStream(target.resolve(ZIP));
					ZipOutputStream zip = new ZipOutputStream(out);
					Stream<Path> files = Files.walk(folder)) {
				for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
					add(zip, folder, file);
				}
			}
			Files.writeString(target.resolve("now-1.txt"), GoldenReading.now(copy(target, folder.resolve("one"))));
			Files.writeString(target.resolve("later-1.txt"), GoldenReading.later(copy(target, folder.resolve("two"))));
		}
		finally {
			FileSystemUtils.deleteRecursively(folder);
		}
	}

	private static void add(ZipOutputStream zip, Path folder, Path file) throws IOException {
		if (LEFT_OUT.stream().noneMatch((name) -> file.getFileName().toString().startsWith(name))) {
			ZipEntry entry = new ZipEntry(folder.relativize(file).toString());
			entry.setTime(0);
			zip.putNextEntry(entry);
			Files.copy(file, zip);
			zip.closeEntry();
		}
	}

	private static void write(Path folder) {
		MovedClock clock = new MovedClock();
		GoldenContent content = new GoldenContent();
		try (TestEngine engine = new TestEngine(open(folder, clock), clock, null, TestEngines.KEEP_ALL)) {
			content.first(engine);
		}
		try (TestEngine engine = new TestEngine(open(folder, clock), clock, GoldenContent.ROOM, TestEngines.KEEP_ALL)) {
			content.full(engine);
		}
		try (TestEngine engine = new TestEngine(TestStores.flushed(folder, Families.ALL, clock), clock, null,
				TestEngines.KEEP_ALL)) {
			content.second(engine);
		}
		try (RocksStore store = open(folder, clock)) {
			end(store, new ClientId("ended"));
		}
	}

	/** It ended, and its queue was not cleared up before the power was cut. */
	private static void end(RocksStore store, ClientId client) {
		byte[] key = ClientRow.key(client);
		SessionRow row = SessionRow.read(key, Objects.requireNonNull(store.get(Families.SESSION, key)));
		Batch batch = new Batch(store.position() + 1);
		batch.delete(Families.SESSION, key);
		EndedRow left = new EndedRow(row.number(), client, row.sentBefore());
		batch.put(Families.ENDED, left.key(), left.value());
		store.commit(batch).toCompletableFuture().join();
	}

	static RocksStore open(Path folder, MovedClock clock) {
		return RocksStore.open(folder, Families.ALL, StoreSettings.of("always"), clock);
	}

	/** Copies the folder of the tests. */
	static Path copy(Path target) throws IOException {
		try (InputStream in = GoldenFolder.class.getResourceAsStream("/golden/" + ZIP)) {
			return copy(Objects.requireNonNull(in), target);
		}
	}

	private static Path copy(Path golden, Path target) throws IOException {
		try (InputStream in = Files.newInputStream(golden.resolve(ZIP))) {
			return copy(in, target);
		}
	}

	private static Path copy(InputStream in, Path target) throws IOException {
		try (ZipInputStream zip = new ZipInputStream(in)) {
			for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
				Path file = target.resolve(entry.getName());
				Files.createDirectories(Objects.requireNonNull(file.getParent()));
				Files.copy(zip, file);
			}
		}
		return target.resolve("broker");
	}

}

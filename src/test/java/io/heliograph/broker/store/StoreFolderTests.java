package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What a store refuses to open, and leaves as it is. */
class StoreFolderTests {

	private static final Family ROWS = new Family("rows", false);

	private static final Family MORE = new Family("more", false);

	@TempDir
	private Path directory;

	private Path folder;

	private Path database;

	@BeforeEach
	void chooseFolder() {
		this.folder = this.directory.resolve("broker");
		this.database = this.folder.resolve("db");
		RocksLibrary.load(this.directory);
	}

	private RocksStore open(Family... families) {
		return RocksStore.open(this.folder, List.of(families), StoreSettings.of("always"), Clock.systemUTC());
	}

	private void write(int batches) {
		try (RocksStore store = open(ROWS)) {
			for (int i = 0; i < batches; i++) {
				Batch batch = new Batch(store.position() + 1);
				batch.put(ROWS, new byte[] { (byte) (i >> 8), (byte) i }, new byte[1000]);
				store.commit(batch).toCompletableFuture().join();
			}
		}
	}

	/** Writes so that it is not only in the log. */
	private void writeTables() throws RocksDBException {
		write(100);
		try (RocksDatabase opened = new StoreFolder(this.folder).open(List.of(ROWS), StoreSettings.of("off"), false)) {
			opened.flush();
		}
		open(ROWS).close();
	}

	private void refuses(String message, Family... families) throws IOException {
		Map<Path, byte[]> before = files();
		assertThatExceptionOfType(StoreUnusable.class).isThrownBy(() -> open(families).close())
			.withMessageContaining(message)
			.withMessageContaining(this.folder.toString());
		Map<Path, byte[]> after = files();
		before.forEach((file, bytes) -> assertThat(after.get(file)).as(file.toString()).isEqualTo(bytes));
	}

	private Map<Path, byte[]> files() throws IOException {
		Map<Path, byte[]> files = new HashMap<>();
		if (Files.exists(this.folder)) {
			try (Stream<Path> paths = Files.walk(this.folder)) {
				for (Path file : paths.filter(Files::isRegularFile).toList()) {
					files.put(file, Files.readAllBytes(file));
				}
			}
		}
		return files;
	}

	private Path file(String glob) throws IOException {
		try (var files = Files.newDirectoryStream(this.database, glob)) {
			return files.iterator().next();
		}
	}

	@Test
	void takesFamiliesThatAreNew() {
		write(1);
		try (RocksStore store = open(MORE, ROWS)) {
			assertThat(store.get(ROWS, new byte[2])).hasSize(1000);
			assertThat(store.get(MORE, new byte[2])).isNull();
		}
	}

	@Test
	void refusesFamiliesThatItDoesNotKnow() throws IOException {
		open(ROWS, MORE).close();
		refuses("newer version of Heliograph (it has more)", ROWS);
	}

	@Test
	void refusesANewerFormat() throws IOException, RocksDBException {
		write(1);
		List<ColumnFamilyDescriptor> families = new ArrayList<>();
		List<ColumnFamilyHandle> handles = new ArrayList<>();
		try (Options options = new Options()) {
			RocksDB.listColumnFamilies(options, this.database.toString())
				.forEach((name) -> families.add(new ColumnFamilyDescriptor(name)));
		}
		try (DBOptions options = new DBOptions();
				RocksDB opened = RocksDB.open(options, this.database.toString(), families, handles)) {
			handles.add(opened.createColumnFamily(new ColumnFamilyDescriptor("heliograph-2".getBytes(UTF_8))));
			opened.dropColumnFamily(handles.get(handles.size() - 2));
			handles.forEach(ColumnFamilyHandle::close);
		}
		refuses("newer version of Heliograph (it has heliograph-2)", ROWS);
	}

	@Test
	void refusesTheDatabaseOfAnotherProgram() throws IOException, RocksDBException {
		Files.createDirectories(this.database);
		try (Options options = new Options().setCreateIfMissing(true);
				RocksDB other = RocksDB.open(options, this.database.toString())) {
			other.put("a".getBytes(UTF_8), "b".getBytes(UTF_8));
		}
		refuses("is no store of Heliograph: it holds the database of another program", ROWS);
	}

	@Test
	void refusesANewerFormatInTheSameFamily() throws IOException, RocksDBException {
		write(1);
		try (RocksDatabase opened = new StoreFolder(this.folder).open(List.of(ROWS), StoreSettings.of("off"), false)) {
			opened
				.write(BatchBytes.of(new Batch(0), "format".getBytes(UTF_8), "heliograph-2".getBytes(UTF_8), Map.of()));
		}
		assertThatExceptionOfType(StoreUnusable.class).isThrownBy(() -> open(ROWS).close())
			.withMessageContaining("newer version of Heliograph (it has heliograph-2)");
	}

	@Test
	void refusesAFileInThePlaceOfTheDatabase() throws IOException {
		Files.createDirectories(this.folder);
		Files.createFile(this.database);
		refuses("is no store of Heliograph: its db is a file", ROWS);
	}

	@Test
	void refusesADirectoryInThePlaceOfTheMark() throws IOException {
		Files.createDirectories(this.folder.resolve("synced"));
		refuses("is no store of Heliograph: its synced is a directory", ROWS);
	}

	@Test
	void refusesAStoreOfWhichAllLogsAreLost() throws IOException {
		write(3);
		for (Path log : logs()) {
			Files.delete(log);
		}
		refuses("is damaged (", ROWS);
	}

	@Test
	void refusesAStoreOfWhichAllLogsAreEmpty() throws IOException {
		write(3);
		for (Path log : logs()) {
			Files.write(log, new byte[0]);
		}
		assertThatExceptionOfType(StoreUnusable.class).isThrownBy(() -> open(ROWS).close())
			.withMessageContaining("is damaged (the row of the format is missing): empty the data directory")
			.matches(StoreUnusable::damaged);
	}

	private List<Path> logs() throws IOException {
		try (Stream<Path> files = Files.list(this.database)) {
			return files.filter((file) -> file.toString().endsWith(".log")).toList();
		}
	}

	@Test
	void refusesAFormatThatIsNotTold() throws IOException, RocksDBException {
		write(1);
		try (RocksDatabase opened = new StoreFolder(this.folder).open(List.of(ROWS), StoreSettings.of("off"), false)) {
			opened.write(BatchBytes.of(new Batch(0), "format".getBytes(UTF_8), new byte[1], Map.of()));
		}
		Files.delete(this.folder.resolve("synced"));
		assertThatExceptionOfType(StoreUnusable.class).isThrownBy(() -> open(ROWS).close())
			.withMessageContaining("is no store of Heliograph: the row of the format");
	}

	@Test
	void refusesFilesOfAnotherProgram() throws IOException {
		Files.createDirectories(this.folder);
		Files.writeString(this.folder.resolve("notes.txt"), "mine");
		refuses("it holds notes.txt and no database", ROWS);
	}

	@Test
	void refusesFilesWithoutADatabase() throws IOException {
		write(1);
		Files.delete(this.database.resolve("CURRENT"));
		refuses("its file CURRENT is missing", ROWS);
		assertThat(this.database.resolve("CURRENT")).doesNotExist();
	}

	@Test
	void refusesToStartAnewWhereADatabaseWas() throws IOException {
		write(1);
		Files.move(this.database, this.directory.resolve("elsewhere"));
		refuses("is gone, though there was one", ROWS);
		Files.createDirectory(this.database);
		refuses("is gone, though there was one", ROWS);
		Files.delete(this.database);
		Files.move(this.directory.resolve("elsewhere"), this.database);
		open(ROWS).close();
	}

	@Test
	void refusesADamagedManifest() throws IOException, RocksDBException {
		writeTables();
		Path manifest = file("MANIFEST-*");
		byte[] whole = Files.readAllBytes(manifest);
		for (int i = 0; i < whole.length; i += 17) {
			byte[] damaged = whole.clone();
			damaged[i] ^= 1;
			Files.write(manifest, damaged);
			refuses("is damaged", ROWS);
		}
		Files.write(manifest, whole);
		open(ROWS).close();
	}

	@Test
	void refusesWhatLacksAFile() throws IOException, RocksDBException {
		writeTables();
		Files.delete(file("*.sst"));
		refuses("is damaged", ROWS);
		assertThatExceptionOfType(StoreUnusable.class).isThrownBy(() -> open(ROWS).close())
			.matches(StoreUnusable::damaged, "to open it again is of no use");
	}

	@Test
	void failsWhereABlockOfAFileIsDamaged() throws IOException, RocksDBException {
		writeTables();
		Path table = file("*.sst");
		byte[] bytes = Files.readAllBytes(table);
		bytes[2000] ^= 1;
		Files.write(table, bytes);
		try (RocksStore store = open(ROWS)) {
			assertThatExceptionOfType(StoreFailed.class)
				.isThrownBy(() -> store.scan(ROWS, new KeyRange(new byte[0], new byte[] { -1 }), (key, value) -> true))
				.matches(StoreFailed::damaged, "to open it again is of no use")
				.withMessageContaining("is damaged");
			assertThatExceptionOfType(StoreFailed.class)
				.isThrownBy(() -> store.commit(new Batch(store.position() + 1)));
		}
	}

	@Test
	void beginsAnewAfterAStartThatWasKilled() throws IOException {
		Path unfinished = this.folder.resolve("db.new");
		write(1);
		Files.move(this.database, unfinished);
		Files.delete(this.folder.resolve("synced"));
		Files.delete(unfinished.resolve("CURRENT"));
		try (RocksStore store = open(ROWS)) {
			assertThat(store.position()).isZero();
			assertThat(unfinished).doesNotExist();
		}
	}

	@Test
	void isUsedByOneAtATime() throws IOException {
		write(1);
		try (RocksStore store = open(ROWS)) {
			assertThatExceptionOfType(StoreUnusable.class).isThrownBy(() -> open(ROWS).close())
				.withMessageContaining("no other program");
			assertThat(store.get(ROWS, new byte[2])).isNotNull();
		}
	}

}

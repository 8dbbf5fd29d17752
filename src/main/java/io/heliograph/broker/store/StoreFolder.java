package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.heliograph.broker.store.SyncedMark.Mark;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The folder of a store. A database gets its name when it is whole, so that one under
 * this name is never half made, and one that is half made holds nothing. The format
 * stands in it twice: as the name of a family, which can be read before anything is
 * written, and as a row.
 */
final class StoreFolder {

	private static final Logger log = LoggerFactory.getLogger(StoreFolder.class);

	/** Raised when what is written is not what it was. */
	static final int VERSION = 1;

	private static final String REMEDY = "empty the data directory and put a copy of all of it there, or move that folder away to start "
			+ "without sessions, queues and retained messages.";

	private static final String DEFAULT = new String(RocksDB.DEFAULT_COLUMN_FAMILY, UTF_8);

	private static final String LOG = ".log";

	private static final String PRODUCT = "heliograph-";

	private static final String FORMAT = PRODUCT + VERSION;

	private static final byte[] FORMAT_KEY = "format".getBytes(UTF_8);

	private final Path folder;

	private final Path database;

	private final Path unfinished;

	private final Path mark;

	private final LossReport losses;

	/** Before RocksDB opened the database, and deleted what it did not need. */
	private LogFiles logs = LogFiles.NONE;

	/** Of those that a mark notes; some of them may not have been needed any more. */
	private LogFiles lost = LogFiles.NONE;

	/** Whether all that the mark notes was needed still. */
	private boolean needed;

	StoreFolder(Path folder) {
		this.folder = folder.toAbsolutePath().normalize();
		this.database = this.folder.resolve("db");
		this.unfinished = this.folder.resolve("db.new");
		this.mark = this.folder.resolve("synced");
		this.losses = new LossReport(this.folder.resolve("missing.txt"));
	}

	Path parent() {
		Path parent = this.folder.getParent();
		return (parent != null) ? parent : this.folder;
	}

	Path database() {
		return this.database;
	}

	Path mark() {
		return this.mark;
	}

	/** Whether there is a database in it, whosever it is. */
	boolean isUsed() {
		return Files.exists(this.database);
	}

	/** Whether nothing at all is there, not even a part of a store. */
	boolean isNew() {
		try {
			return isEmpty(this.folder);
		}
		catch (IOException ex) {
			// to open it tells that
			return false;
		}
	}

	LossReport losses() {
		return this.losses;
	}

	/** The size of the files, about: they come and go. */
	long bytes() {
		return bytes("").stream().mapToLong(Long::longValue).sum();
	}

	/** The sizes of the logs of what is not yet in other files. */
	List<Long> logBytes() {
		return bytes(LOG);
	}

	/** How much they take together. */
	long allLogBytes() {
		return logBytes().stream().mapToLong(Long::longValue).sum();
	}

	private List<Long> bytes(String ending) {
		try (Stream<Path> files = Files.list(this.database)) {
			return files.filter((file) -> file.toString().endsWith(ending))
				.map((file) -> file.toFile().length())
				.toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	/**
	 * How much this user can add to the disk; if the folder is gone, to that of its
	 * parent.
	 */
	long usableBytes() {
		Path place = Files.exists(this.folder) ? this.folder : parent();
		return place.toFile().getUsableSpace();
	}

	/** The logs that were there when the database was opened; they are on the disk. */
	LogFiles logs() {
		return this.logs;
	}

	/** The logs that were lost before it was opened. */
	LogFiles lostLogs(RocksDatabase opened) throws RocksDBException {
		return this.needed ? this.lost : this.lost.from(opened.firstLogNeeded());
	}

	/**
	 * Opens the database; makes it if the folder is empty or not there.
	 * @param again whether this process has used it before: then it is not made
	 * @throws StoreUnusable if it cannot be opened, or is none of ours
	 */
	RocksDatabase open(List<Family> families, StoreSettings settings, boolean again) {
		try {
			if (Files.isDirectory(this.mark)) {
				throw notOurs("its " + this.mark.getFileName() + " is a directory");
			}
			if (isEmpty(this.database)) {
				if (again) {
					throw new StoreUnusable(
							"The database " + this.database
									+ " is gone, though it was in use; put it back, or mount again what it is on.",
							null);
				}
				refuseWhatIsLeft();
				create(families, settings);
				log.info(
						"There was no store in {}: a new one was made, with no sessions, queues and retained messages.",
						this.folder);
			}
			refuseOthers(families);
			lookAtFiles();
			if (again) {
				deleteEmptyLogs();
			}
			forceLogs();
			return checked(RocksDatabase.open(this.database, families, FORMAT, settings, false));
		}
		catch (IOException ex) {
			throw new StoreUnusable("The folder " + this.folder + " cannot be read or written (" + ex
					+ "); let this user do so, and make room if its disk is full.", ex);
		}
		catch (RocksDBException ex) {
			throw unusable(ex);
		}
	}

	private static boolean isEmpty(Path directory) throws IOException {
		if (!Files.exists(directory)) {
			return true;
		}
		if (!Files.isDirectory(directory)) {
			return false;
		}
		try (Stream<Path> files = Files.list(directory)) {
			return files.findAny().isEmpty();
		}
	}

	/** There is no database: was there one, or is this the folder of another program? */
	private void refuseWhatIsLeft() throws IOException {
		if (Files.exists(this.mark)) {
			throw new StoreUnusable("The database " + this.database
					+ " is gone, though there was one; put it back, or empty the data directory and put a copy of all of it there, or move "
					+ this.folder + " away to start without sessions, queues and retained messages.", null);
		}
		if (Files.exists(this.folder)) {
			try (Stream<Path> files = Files.list(this.folder)) {
				Path other = files.filter((file) -> !file.equals(this.unfinished) && !file.equals(this.database))
					.findAny()
					.orElse(null);
				if (other != null) {
					throw notOurs("it holds " + other.getFileName() + " and no database");
				}
			}
		}
	}

	private void create(List<Family> families, StoreSettings settings) throws IOException, RocksDBException {
		delete(this.unfinished);
		Files.createDirectories(this.unfinished);
		try (RocksDatabase created = RocksDatabase.open(this.unfinished, families, FORMAT, settings, true)) {
			created.write(BatchBytes.of(new Batch(0), FORMAT_KEY, FORMAT.getBytes(UTF_8), Map.of()));
			created.sync();
		}
		force(this.unfinished);
		Files.move(this.unfinished, this.database, StandardCopyOption.ATOMIC_MOVE);
		force(this.folder);
	}

	private static void delete(Path directory) throws IOException {
		if (Files.exists(directory)) {
			try (Stream<Path> files = Files.list(directory)) {
				for (Path file : files.toList()) {
					Files.delete(file);
				}
			}
			Files.delete(directory);
		}
	}

	/** Looks at the names of the families, which changes nothing. */
	private void refuseOthers(List<Family> families) throws RocksDBException {
		if (!Files.isDirectory(this.database)) {
			throw notOurs("its " + this.database.getFileName() + " is a file");
		}
		if (!Files.exists(this.database.resolve("CURRENT"))) {
			throw new StoreUnusable("The folder " + this.database + " is not empty, but holds no database: its file "
					+ "CURRENT is missing. Empty the data directory and put a copy of all of it there, or move "
					+ this.folder + " away to start without sessions, queues and retained messages.", null);
		}
		Set<String> unknown = new HashSet<>();
		try (Options options = new Options()) {
			RocksDB.listColumnFamilies(options, this.database.toString())
				.forEach((name) -> unknown.add(new String(name, UTF_8)));
		}
		unknown.remove(DEFAULT);
		boolean ours = unknown.remove(FORMAT);
		families.forEach((family) -> unknown.remove(family.name()));
		if (unknown.stream().anyMatch((name) -> name.startsWith(PRODUCT)) || (ours && !unknown.isEmpty())) {
			throw newer(String.join(", ", new TreeSet<>(unknown)));
		}
		if (!ours) {
			throw Files.exists(this.mark) ? damaged("its MANIFEST does not say what it holds")
					: notOurs("it holds the database of another program");
		}
	}

	/**
	 * Compares them with what is noted. RocksDB would go on without the files whose note
	 * is damaged, and without logs.
	 */
	private void lookAtFiles() throws IOException {
		Mark noted = SyncedMark.read(this.mark);
		this.logs = LogFiles.of(logFiles());
		if (noted != null) {
			if (!Manifest.isWhole(this.database, noted.manifest())) {
				throw damaged("the end of its MANIFEST is not what it was");
			}
			this.lost = noted.logs().lostIn(this.logs);
			this.needed = noted.settled() && Manifest.isSame(this.database, noted.manifest());
		}
	}

	/** Returns a database whose row of the format is that of this version. */
	private RocksDatabase checked(RocksDatabase database) throws RocksDBException {
		boolean checked = false;
		try {
			byte[] row = database.get(FORMAT_KEY);
			String format = (row != null) ? new String(row, UTF_8) : "";
			if (!format.equals(FORMAT)) {
				throw format.startsWith(PRODUCT) ? newer(format) : withoutFormat();
			}
			checked = true;
			return database;
		}
		finally {
			if (!checked) {
				database.close();
			}
		}
	}

	/**
	 * Its log is lost, if it has a mark: the row is in no other file of a young store.
	 */
	private StoreUnusable withoutFormat() {
		String how = "the row of the format is missing";
		return Files.exists(this.mark) ? damaged(how) : notOurs(how);
	}

	/**
	 * Each try to open the database leaves one while its disk is full. To RocksDB a
	 * database without logs is damaged.
	 */
	private void deleteEmptyLogs() throws IOException {
		if (!this.logs.isEmpty()) {
			for (Path file : logFiles()) {
				if (Files.size(file) == 0) {
					Files.delete(file);
				}
			}
		}
	}

	/**
	 * Brings to the disk what a killed process has left to the operating system. It is
	 * taken for stored from now on, and RocksDB does not do it.
	 */
	private void forceLogs() throws IOException {
		for (Path file : logFiles()) {
			force(file);
		}
		force(this.database);
	}

	private List<Path> logFiles() throws IOException {
		try (Stream<Path> files = Files.list(this.database)) {
			return files.filter((file) -> file.toString().endsWith(LOG)).toList();
		}
	}

	private static void force(Path path) throws IOException {
		try (FileChannel channel = FileChannel.open(path)) {
			channel.force(true);
		}
	}

	private StoreUnusable newer(String what) {
		return new StoreUnusable("The store in " + this.folder + " was written by a newer version of Heliograph (it "
				+ "has " + what + "); start that version.", null);
	}

	private StoreUnusable notOurs(String why) {
		return new StoreUnusable("The folder " + this.folder + " is no store of Heliograph: " + why
				+ ". Set heliograph.data-dir to another directory, or move that folder away.", null);
	}

	StoreUnusable unusable(RocksDBException cause) {
		Status status = cause.getStatus();
		if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
			return new StoreUnusable(
					"The store in " + this.folder + " cannot be opened: its disk is full. Make room there.", cause);
		}
		if (status != null && status.getCode() == Status.Code.IOError) {
			return new StoreUnusable("The store in " + this.folder + " cannot be opened (" + cause.getMessage()
					+ "). Let this user read and write there, and no other program; if that is so, it is damaged: "
					+ REMEDY, cause);
		}
		if (status != null && status.getCode() == Status.Code.Corruption) {
			return new StoreUnusable(damage(String.valueOf(cause.getMessage())), cause, true);
		}
		return new StoreUnusable("The store in " + this.folder + " cannot be opened (" + cause.getMessage()
				+ "); if it stays so, " + REMEDY, cause);
	}

	private StoreUnusable damaged(String how) {
		return new StoreUnusable(damage(how), null, true);
	}

	private String damage(String how) {
		return "The store in " + this.folder + " is damaged (" + how + "): " + REMEDY;
	}

}

package io.heliograph.broker.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * The native part of RocksDB. Its file is unpacked, loaded and deleted at once: RocksDB
 * deletes it at the end of the process, which leaves 17 MB behind each kill.
 */
final class RocksLibrary {

	/** The name as a part of the file's name, and as one of the file that is loaded. */
	private static final String NAME = "rocksdb";

	private static final String LOADED_NAME = "rocksdbjni";

	/** Names a directory for files that may be executed. */
	private static final String DIRECTORY = "ROCKSDB_SHAREDLIB_DIR";

	private static boolean loaded;

	private RocksLibrary() {
	}

	/**
	 * Loads it; nothing of RocksDB can be used before.
	 * @param directory where it may be unpacked if nothing may be executed in the
	 * directory of temporary files
	 * @throws StoreUnusable if that is not possible
	 */
	static synchronized void load(Path directory) {
		if (!loaded) {
			String given = System.getenv(DIRECTORY);
			load(List.of(Path.of((given != null) ? given : System.getProperty("java.io.tmpdir")), directory));
			loaded = true;
		}
	}

	private static void load(List<Path> directories) {
		Throwable first = null;
		for (Path directory : directories) {
			try {
				unpackInto(directory);
				return;
			}
			catch (IOException | UnsatisfiedLinkError ex) {
				first = (first != null) ? first : ex;
			}
		}
		throw new StoreUnusable("RocksDB cannot be loaded (" + first + "); let files in "
				+ System.getProperty("java.io.tmpdir") + " be written and executed, or set the variable " + DIRECTORY
				+ " to a directory in which they may be.", first);
	}

	static void unpackInto(Path directory) throws IOException {
		// nobody else may write there
		Path own = Files.createTempDirectory(directory, "heliograph");
		Path file = own.resolve(Environment.getJniLibraryFileName(LOADED_NAME));
		try (InputStream library = library()) {
			Files.copy(library, file);
			RocksDB.loadLibrary(List.of(own.toString()));
		}
		finally {
			Files.deleteIfExists(file);
			Files.delete(own);
		}
	}

	private static InputStream library() {
		InputStream library = find(Environment.getJniLibraryFileName(NAME));
		if (library == null) {
			library = find(Environment.getFallbackJniLibraryFileName(NAME));
		}
		if (library == null) {
			throw new StoreUnusable("This build of Heliograph cannot store anything on this kind of machine: it has no "
					+ Environment.getJniLibraryFileName(NAME)
					+ ". Take the build for it, or set heliograph.persistence.enabled to false.", null);
		}
		return library;
	}

	private static @Nullable InputStream find(@Nullable String name) {
		return (name != null) ? RocksDB.class.getClassLoader().getResourceAsStream(name) : null;
	}

}

package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The file in which RocksDB notes which files it has. What is damaged at its end RocksDB
 * takes for what a crash left half written, and so it may lose, and delete, a whole file
 * of rows without a word. So its length and its checksum are noted elsewhere. For one
 * thread.
 */
final class Manifest {

	/** Names the file that is in use. */
	static final String CURRENT = "CURRENT";

	/** What its name begins with. */
	static final String NAME = "MANIFEST-";

	/** So often another may be named, which RocksDB is about to use. */
	private static final int MOST_OTHERS = 5;

	private final Path database;

	private String name = "";

	private long length;

	private FileKey key = FileKey.UNKNOWN;

	private CRC32C checksum = new CRC32C();

	private Sum sum = Sum.NONE;

	/** How often another was named than that which is in use. */
	private int others;

	Manifest(Path database) {
		this.database = database;
	}

	/**
	 * Returns the sum of what there is of it, which is on the disk; reads what was added.
	 * While another is named than that which is in use, it may be somebody else's, and
	 * the sum is what it was before.
	 */
	Sum sum() throws IOException {
		while (this.others == 0) {
			String current = current(this.database);
			if (!current.equals(this.name)) {
				this.name = current;
				this.key = FileKey.of(this.database.resolve(current));
				this.length = 0;
				this.checksum = new CRC32C();
			}
			try (FileChannel file = FileChannel.open(this.database.resolve(current), StandardOpenOption.READ)) {
				long end = file.size();
				if (end > this.length) {
					file.force(false);
					add(file, end, this.checksum, this.length);
					this.length = end;
				}
				this.sum = new Sum(number(current), this.length, (int) this.checksum.getValue());
				break;
			}
			catch (NoSuchFileException ex) {
				if (current.equals(current(this.database))) {
					throw ex;
				}
			}
		}
		return this.sum;
	}

	/**
	 * Whether another file is in its place, or it is not what it was in {@link #sum}: the
	 * files of a copy of the database were put back.
	 * @param inUse the name of the one that RocksDB has in use
	 */
	boolean isReplaced(String inUse) {
		try {
			String current = current(this.database);
			if (!current.equals(inUse)) {
				return number(current) < number(inUse) || ++this.others > MOST_OTHERS;
			}
			this.others = 0;
			if (!current.equals(this.name)) {
				return false;
			}
			Path file = this.database.resolve(current);
			return this.key.isOther(FileKey.of(file)) || Files.size(file) < this.length;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Whether it is, as far as it was noted, what it was; if another is in use, it is.
	 */
	static boolean isWhole(Path database, Sum noted) throws IOException {
		String current = current(database);
		if (number(current) != noted.number()) {
			return true;
		}
		try (FileChannel file = FileChannel.open(database.resolve(current), StandardOpenOption.READ)) {
			if (file.size() < noted.length()) {
				return false;
			}
			CRC32C checksum = new CRC32C();
			add(file, noted.length(), checksum, 0);
			return (int) checksum.getValue() == noted.checksum();
		}
	}

	/** Whether nothing was added to it since it was noted, and no other is in use. */
	static boolean isSame(Path database, Sum noted) throws IOException {
		String current = current(database);
		return number(current) == noted.number() && Files.size(database.resolve(current)) == noted.length();
	}

	private static String current(Path database) throws IOException {
		return Files.readString(database.resolve(CURRENT)).strip();
	}

	/** The number in a name such as MANIFEST-000005; -1 for none. */
	private static long number(String name) {
		String digits = name.substring(name.indexOf('-') + 1);
		return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : -1;
	}

	private static void add(FileChannel file, long end, CRC32C checksum, long begin) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(8192);
		long position = begin;
		while (position < end) {
			bytes.clear().limit((int) Math.min(bytes.capacity(), end - position));
			int read = file.read(bytes, position);
			if (read < 0) {
				throw new IOException("the file became shorter");
			}
			checksum.update(bytes.flip());
			position += read;
		}
	}

	/**
	 * What is noted of it.
	 *
	 * @param number the number in its name
	 */
	record Sum(long number, long length, int checksum) {

		static final Sum NONE = new Sum(-1, 0, 0);

	}

}

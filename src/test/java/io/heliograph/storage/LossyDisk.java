package io.heliograph.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A directory that loses what was not forced when its power is cut: of what was written
 * to a file since it was last forced, a random part is left, each write of which may be
 * torn; of what was done to the names of files since the directory was last forced, what
 * was done first. Whoever uses it then gets an {@link IOException}. Any thread.
 */
final class LossyDisk {

	private final Path present;

	private final Path forced;

	private final Map<String, LossyFile> files = new HashMap<>();

	private final Map<String, LossyFile> forcedFiles;

	/** What was done to the names since they were forced. */
	private final List<Consumer<Map<String, LossyFile>>> later = new ArrayList<>();

	private final List<FileChannel> open = new ArrayList<>();

	private boolean cut;

	private long operations = Long.MAX_VALUE;

	private int created;

	/**
	 * @param present a directory for what is seen while there is power; what it holds is
	 * there for good
	 * @param forced an empty directory for what is there for good
	 */
	LossyDisk(Path present, Path forced) throws IOException {
		this.present = present;
		this.forced = forced;
		try (Stream<Path> files = Files.list(present)) {
			for (Path file : files.toList()) {
				Path copy = newFile();
				Files.copy(file, copy);
				this.files.put(file.getFileName().toString(), new LossyFile(copy));
			}
		}
		this.forcedFiles = new HashMap<>(this.files);
	}

	private Path newFile() {
		this.created++;
		return this.forced.resolve(String.valueOf(this.created));
	}

	/** Where its files really are. */
	Path present() {
		return this.present;
	}

	/** Cuts the power in the middle of one of the next operations. */
	synchronized void cutAfter(long operations) {
		this.operations = operations;
	}

	/** Cuts the power now. */
	synchronized void cut() {
		this.cut = true;
		try {
			for (FileChannel channel : this.open) {
				channel.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	synchronized boolean isCut() {
		return this.cut;
	}

	/** Writes what is left when the power was cut. */
	synchronized void leave(Path target, Random random) throws IOException {
		Map<String, LossyFile> left = new TreeMap<>(this.forcedFiles);
		this.later.subList(0, random.nextInt(this.later.size() + 1)).forEach((change) -> change.accept(left));
		for (Map.Entry<String, LossyFile> file : left.entrySet()) {
			file.getValue().leave(target.resolve(file.getKey()), random);
		}
	}

	/** Looks whether there is power. */
	synchronized void check() throws IOException {
		if (isCut()) {
			throw new IOException("The power was cut");
		}
	}

	/** Does something that a cut may undo. */
	synchronized <T> T perform(Operation<T> operation) throws IOException {
		check();
		T result = operation.run();
		this.operations--;
		if (this.operations <= 0) {
			cut();
			check();
		}
		return result;
	}

	synchronized void opened(FileChannel channel) {
		this.open.add(channel);
	}

	synchronized void closed(FileChannel channel) {
		this.open.remove(channel);
	}

	/** Returns {@code null} for the directory itself. */
	synchronized LossyFile file(String name) {
		return this.files.get(name);
	}

	void create(String name) throws IOException {
		Path empty = Files.createFile(newFile());
		LossyFile file = new LossyFile(empty);
		change((names) -> names.put(name, file));
	}

	void rename(String name, String newName) {
		change((names) -> names.put(newName, names.remove(name)));
	}

	void delete(String name) {
		change((names) -> names.remove(name));
	}

	private void change(Consumer<Map<String, LossyFile>> change) {
		change.accept(this.files);
		this.later.add(change);
	}

	/** Forces the names of the files, and not what is in them. */
	void force() {
		this.later.forEach((change) -> change.accept(this.forcedFiles));
		this.later.clear();
	}

	/** What can fail. */
	interface Operation<T> {

		T run() throws IOException;

	}

}

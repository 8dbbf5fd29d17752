package io.heliograph.powerloss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A folder as it may stand after the power was cut, made from the calls of a program that
 * wrote it.
 */
final class LeftFolder {

	/** Promises nothing, and changes nothing. */
	private static final String NO_SYNC = "sync_file_range";

	private final Path folder;

	private final Path only;

	private final LeftDirectory root = new LeftDirectory();

	private final Map<Integer, Open> open = new HashMap<>();

	/**
	 * @param folder the data directory
	 * @param only the name of the folder in it that counts
	 */
	private LeftFolder(Path folder, String only) {
		this.folder = folder;
		this.only = folder.resolve(only);
	}

	/**
	 * Makes one.
	 * @param before the folder as it was when the program was started, all of it for good
	 */
	static LeftFolder of(TraceLog log, Path folder, Path before, String only) throws IOException {
		LeftFolder left = new LeftFolder(folder, only);
		if (Files.exists(before.resolve(only))) {
			left.root.add(Syncs.BEFORE_ALL, Syncs.BEFORE_ALL, only, directory(before.resolve(only)));
		}
		for (TracedCall call : log.calls()) {
			if (!call.failed()) {
				left.apply(call);
			}
		}
		return left;
	}

	private static LeftDirectory directory(Path path) throws IOException {
		LeftDirectory directory = new LeftDirectory();
		try (Stream<Path> files = Files.list(path)) {
			for (Path file : files.toList()) {
				directory.add(Syncs.BEFORE_ALL, Syncs.BEFORE_ALL, file.getFileName().toString(),
						Files.isDirectory(file) ? directory(file) : LeftFile.of(Files.readAllBytes(file)));
			}
		}
		return directory;
	}

	/** Writes what may be left after a cut before a line of the log. */
	void leave(Path target, int cut, Random random) throws IOException {
		this.root.leave(target, cut, random, Odds.drawn(random));
	}

	private void apply(TracedCall call) {
		switch (call.name()) {
			case "openat" -> open(call);
			case "dup" -> duplicate(call);
			case "write", "writev" -> append(call);
			case "pwrite64" -> write(call);
			case "ftruncate" -> truncate(call);
			case "fallocate" -> allocate(call);
			case "fsync", "fdatasync" -> sync(call);
			case "mkdir" ->
				change(call, (directory, name) -> directory.add(call.begin(), call.end(), name, new LeftDirectory()));
			case "unlink", "rmdir", "unlinkat" ->
				change(call, (directory, name) -> directory.remove(call.begin(), call.end(), name));
			case "rename", "renameat", "renameat2" -> rename(call);
			default -> {
				if (!call.name().equals(NO_SYNC) && call.arguments().contains(this.only.toString())) {
					throw new IllegalStateException("this test does not know what it does: " + call);
				}
			}
		}
	}

	private boolean isOurs(Path path) {
		return path.startsWith(this.only) || path.equals(this.folder);
	}

	/** Returns what a file descriptor stands for, if that is one of the files. */
	private @Nullable Open opened(TracedCall call) {
		String arguments = call.arguments();
		boolean ours = arguments.contains("<" + this.only) || arguments.contains("<" + this.folder + ">");
		return ours ? this.open.get(call.descriptor()) : null;
	}

	private void open(TracedCall call) {
		Path path = Path.of(call.text(0));
		if (!isOurs(path) || call.end() == TracedCall.NEVER) {
			return;
		}
		LeftNode node = find(path);
		if (node == null && call.arguments().contains("O_CREAT")) {
			LeftFile file = new LeftFile();
			parent(path).add(call.begin(), call.end(), name(path), file);
			node = file;
		}
		else if (node instanceof LeftFile file && call.arguments().contains("O_TRUNC")) {
			file.truncate(call.begin(), call.end(), 0);
		}
		if (node == null) {
			throw new IllegalStateException("nothing is known of what is opened: " + call);
		}
		this.open.put((int) call.number(), new Open(node));
	}

	private void duplicate(TracedCall call) {
		Open open = opened(call);
		if (open != null) {
			this.open.put((int) call.number(), open);
		}
	}

	private void append(TracedCall call) {
		Open open = opened(call);
		if (open != null) {
			byte[] bytes = call.bytes();
			open.file().write(call.begin(), call.end(), open.position, bytes);
			open.position += bytes.length;
		}
	}

	private void write(TracedCall call) {
		Open open = opened(call);
		if (open != null) {
			List<String> rest = call.rest();
			open.file().write(call.begin(), call.end(), Long.parseLong(rest.get(rest.size() - 1)), call.bytes());
		}
	}

	private void truncate(TracedCall call) {
		Open open = opened(call);
		if (open != null) {
			open.file().truncate(call.begin(), call.end(), Long.parseLong(call.rest().get(1)));
		}
	}

	private void allocate(TracedCall call) {
		if (opened(call) != null && !call.arguments().contains("FALLOC_FL_KEEP_SIZE")) {
			throw new IllegalStateException("this test does not know what it does: " + call);
		}
	}

	private void sync(TracedCall call) {
		Open open = opened(call);
		if (open != null && call.end() != TracedCall.NEVER) {
			open.node.sync(call.begin(), call.end());
		}
	}

	private void rename(TracedCall call) {
		Path from = Path.of(call.text(0));
		Path to = Path.of(call.text(1));
		if (!isOurs(from) && !isOurs(to)) {
			return;
		}
		if (!from.resolveSibling(to.getFileName()).equals(to)) {
			throw new IllegalStateException("this test does not know what it does: " + call);
		}
		parent(from).rename(call.begin(), call.end(), name(from), name(to));
	}

	private void change(TracedCall call, DirectoryChange change) {
		Path path = Path.of(call.text(0));
		if (isOurs(path) && !path.equals(this.folder)) {
			change.make(parent(path), name(path));
		}
	}

	private LeftDirectory parent(Path path) {
		if (path.getParent() != null && find(path.getParent()) instanceof LeftDirectory directory) {
			return directory;
		}
		throw new IllegalStateException("nothing is known of the directory of " + path);
	}

	private static String name(Path path) {
		return String.valueOf(path.getFileName());
	}

	private @Nullable LeftNode find(Path path) {
		LeftNode node = this.root;
		for (Path name : this.folder.relativize(path)) {
			if (!name.toString().isEmpty()) {
				node = (node instanceof LeftDirectory directory) ? directory.get(name.toString()) : null;
			}
		}
		return node;
	}

	/** What is done to a directory. */
	private interface DirectoryChange {

		void make(LeftDirectory directory, String name);

	}

	/** An open file or directory. */
	private static final class Open {

		private final LeftNode node;

		private long position;

		Open(LeftNode node) {
			this.node = node;
		}

		LeftFile file() {
			return (LeftFile) this.node;
		}

	}

}

package io.heliograph.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What of a file is on a {@link LossyDisk} for good, and what was done to it since. */
final class LossyFile {

	/** What a disk writes as a whole, if it writes it. */
	private static final int SECTOR = 512;

	/** How much of what was not forced is on the disk all the same. */
	private static final double[] KEPT = { 0, 0.2, 0.5, 0.9, 1 };

	private final Path forced;

	private final List<Change> later = new ArrayList<>();

	/**
	 * @param forced a file with what is there for good
	 */
	LossyFile(Path forced) {
		this.forced = forced;
	}

	void write(long position, byte[] bytes) {
		this.later.add(new Write(position, bytes));
	}

	void truncate(long size) {
		this.later.add(new Truncation(size));
	}

	void force() throws IOException {
		apply(this.later, this.forced);
		this.later.clear();
	}

	/** Writes what a cut of the power leaves of it. */
	void leave(Path target, Random random) throws IOException {
		double kept = KEPT[random.nextInt(KEPT.length)];
		List<Change> left = new ArrayList<>();
		for (Change change : this.later) {
			if (random.nextDouble() < kept) {
				left.addAll((random.nextInt(4) == 0) ? change.torn(random) : List.of(change));
			}
		}
		Files.copy(this.forced, target);
		apply(left, target);
	}

	private static void apply(List<Change> changes, Path file) throws IOException {
		if (changes.isEmpty()) {
			return;
		}
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			for (Change change : changes) {
				change.applyTo(channel);
			}
		}
	}

	private sealed interface Change {

		void applyTo(FileChannel file) throws IOException;

		/** What is left of it if the power goes while it is made. */
		List<Change> torn(Random random);

	}

	private record Write(long position, byte[] bytes) implements Change {

		@Override
		public void applyTo(FileChannel file) throws IOException {
			ByteBuffer rest = ByteBuffer.wrap(this.bytes);
			while (rest.hasRemaining()) {
				file.write(rest, this.position + rest.position());
			}
		}

		/** Its beginning, its end, or some of its sectors. */
		@Override
		public List<Change> torn(Random random) {
			int at = random.nextInt(this.bytes.length + 1);
			return switch (random.nextInt(3)) {
				case 0 -> List.of(part(0, at));
				case 1 -> List.of(part(at, this.bytes.length));
				default -> {
					List<Change> sectors = new ArrayList<>();
					int from = 0;
					while (from < this.bytes.length) {
						int end = SECTOR - (int) ((this.position + from) % SECTOR);
						int to = Math.min(from + end, this.bytes.length);
						if (random.nextBoolean()) {
							sectors.add(part(from, to));
						}
						from = to;
					}
					yield sectors;
				}
			};
		}

		private Write part(int from, int to) {
			byte[] part = new byte[to - from];
			System.arraycopy(this.bytes, from, part, 0, part.length);
			return new Write(this.position + from, part);
		}

	}

	private record Truncation(long size) implements Change {

		@Override
		public void applyTo(FileChannel file) throws IOException {
			file.truncate(this.size);
		}

		@Override
		public List<Change> torn(Random random) {
			return List.of(this);
		}

	}

}

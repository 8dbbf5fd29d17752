package io.heliograph.powerloss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

/**
 * What was done to a file. After a cut all is there that was done before a sync which had
 * ended; of the rest any part, block by block, and its length is one that it had.
 */
final class LeftFile implements LeftNode {

	private static final int BLOCK = 4096;

	private final List<Change> changes = new ArrayList<>();

	private final Syncs syncs = new Syncs();

	private long length;

	/** What it had when the program was started is there for good. */
	static LeftFile of(byte[] content) {
		LeftFile file = new LeftFile();
		file.write(Syncs.BEFORE_ALL, Syncs.BEFORE_ALL, 0, content);
		file.sync(0, 0);
		return file;
	}

	void write(int begin, int end, long offset, byte[] bytes) {
		this.length = Math.max(this.length, offset + bytes.length);
		this.changes.add(new Change(begin, end, offset, bytes, this.length));
	}

	void truncate(int begin, int end, long length) {
		this.length = length;
		this.changes.add(new Change(begin, end, length, null, length));
	}

	@Override
	public void sync(int begin, int end) {
		this.syncs.add(begin, end);
	}

	@Override
	public void leave(Path path, int cut, Random random, Odds odds) throws IOException {
		Content durable = new Content();
		List<Change> pending = new ArrayList<>();
		for (Change change : this.changes) {
			if (change.begin < cut && this.syncs.cover(change.end, cut)) {
				durable.apply(change);
			}
			else if (change.begin < cut) {
				pending.add(change);
			}
		}
		Files.write(path, mix(durable.toBytes(), pending, random, odds));
	}

	private static byte[] mix(byte[] durable, List<Change> pending, Random random, Odds odds) {
		if (pending.isEmpty()) {
			return durable;
		}
		List<Long> lengths = new ArrayList<>(List.of((long) durable.length));
		pending.forEach((change) -> lengths.add(change.lengthAfter));
		int last = lengths.size() - 1;
		long length = lengths.get(odds.drawNew(random) ? last : random.nextInt(last + 1));
		byte[] mixed = new byte[(int) length];
		System.arraycopy(durable, 0, mixed, 0, Math.min(durable.length, mixed.length));
		for (int from = firstBlock(pending); from < mixed.length; from += BLOCK) {
			byte[] block = block(durable, pending, from, random, odds);
			System.arraycopy(block, 0, mixed, from, Math.min(BLOCK, mixed.length - from));
		}
		return mixed;
	}

	private static int firstBlock(List<Change> pending) {
		long first = pending.stream().mapToLong(Change::offset).min().orElse(0);
		return (int) (first / BLOCK * BLOCK);
	}

	/** Returns a block after none of the changes of it, all, or the first ones. */
	private static byte[] block(byte[] durable, List<Change> pending, int from, Random random, Odds odds) {
		byte[] block = new byte[BLOCK];
		if (from < durable.length) {
			System.arraycopy(durable, from, block, 0, Math.min(BLOCK, durable.length - from));
		}
		List<Change> touching = pending.stream().filter((change) -> change.touches(from)).toList();
		int applied = odds.draw(random, touching.size());
		touching.subList(0, applied).forEach((change) -> change.applyToBlock(block, from));
		return block;
	}

	/**
	 * A write or a new length.
	 *
	 * @param offset where it begins, or the new length
	 * @param bytes what is written, or null if it is a new length
	 * @param lengthAfter the length of the file after it
	 */
	private record Change(int begin, int end, long offset, byte @Nullable [] bytes, long lengthAfter) {

		boolean touches(int from) {
			return this.offset < from + BLOCK && (this.bytes == null || this.offset + this.bytes.length > from);
		}

		void applyToBlock(byte[] block, int from) {
			byte[] all = this.bytes;
			if (all == null) {
				Arrays.fill(block, (int) Math.max(0, this.offset - from), BLOCK, (byte) 0);
				return;
			}
			int first = (int) Math.max(this.offset, from);
			int last = (int) Math.min(this.offset + all.length, from + BLOCK);
			System.arraycopy(all, (int) (first - this.offset), block, first - from, last - first);
		}

	}

	/** What a file holds. */
	private static final class Content {

		private byte[] bytes = new byte[BLOCK];

		private int length;

		void apply(Change change) {
			int after = (int) change.lengthAfter;
			if (after > this.bytes.length) {
				this.bytes = Arrays.copyOf(this.bytes, 2 * after);
			}
			if (after < this.length) {
				Arrays.fill(this.bytes, after, this.length, (byte) 0);
			}
			this.length = after;
			if (change.bytes != null) {
				System.arraycopy(change.bytes, 0, this.bytes, (int) change.offset, change.bytes.length);
			}
		}

		byte[] toBytes() {
			return Arrays.copyOf(this.bytes, this.length);
		}

	}

}

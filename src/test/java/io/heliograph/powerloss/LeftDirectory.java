package io.heliograph.powerloss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;

/**
 * What was done to the names in a directory. After a cut all is there that was done
 * before a sync of it which had ended, and any part of the rest.
 */
final class LeftDirectory implements LeftNode {

	/** As they are while the program runs. */
	private final Map<String, LeftNode> names = new HashMap<>();

	private final List<Change> changes = new ArrayList<>();

	private final Syncs syncs = new Syncs();

	@Nullable LeftNode get(String name) {
		return this.names.get(name);
	}

	void add(int begin, int end, String name, LeftNode node) {
		this.names.put(name, node);
		this.changes.add(new Change(begin, end, null, name, node));
	}

	void remove(int begin, int end, String name) {
		this.names.remove(name);
		this.changes.add(new Change(begin, end, name, null, null));
	}

	void rename(int begin, int end, String from, String to) {
		LeftNode node = this.names.remove(from);
		if (node == null) {
			throw new IllegalStateException("nothing is known of " + from);
		}
		this.names.put(to, node);
		this.changes.add(new Change(begin, end, from, to, node));
	}

	@Override
	public void sync(int begin, int end) {
		this.syncs.add(begin, end);
	}

	@Override
	public void leave(Path path, int cut, Random random, Odds odds) throws IOException {
		Map<String, LeftNode> left = new HashMap<>();
		for (Change change : this.changes) {
			if (change.begin < cut && (this.syncs.cover(change.end, cut) || odds.drawNew(random))) {
				change.apply(left);
			}
		}
		Files.createDirectories(path);
		for (Map.Entry<String, LeftNode> one : left.entrySet()) {
			one.getValue().leave(path.resolve(one.getKey()), cut, random, odds);
		}
	}

	/**
	 * A new name, a deleted one, or both at once.
	 */
	private record Change(int begin, int end, @Nullable String from, @Nullable String to, @Nullable LeftNode node) {

		void apply(Map<String, LeftNode> names) {
			if (this.from != null) {
				names.remove(this.from);
			}
			if (this.to != null && this.node != null) {
				names.put(this.to, this.node);
			}
		}

	}

}

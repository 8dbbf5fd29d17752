package io.heliograph.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The changes that were asked for, in their order, and which were answered. Any thread.
 */
final class AskedChanges {

	private final List<Change> changes = new ArrayList<>();

	private long lastAnswered;

	AskedChanges() {
		add(Map.of(), 0);
		seen(0);
	}

	private AskedChanges(AskedChanges other) {
		this.changes.addAll(other.changes);
		this.lastAnswered = other.lastAnswered;
	}

	/** What is asked for from now on is not in the copy. */
	synchronized AskedChanges copy() {
		return new AskedChanges(this);
	}

	/** How many were asked for, and one. */
	synchronized int size() {
		return this.changes.size();
	}

	synchronized Change last() {
		return this.changes.get(this.changes.size() - 1);
	}

	synchronized Change add(Map<String, String> users, long number) {
		Change change = new Change(users, number);
		this.changes.add(change);
		return change;
	}

	/**
	 * Goes back to the last change after which the users were these.
	 * @param promised what may not be lost
	 * @return how many changes that were answered are lost
	 * @throws AssertionError if the users never were these, or too much is lost
	 */
	synchronized int goBackTo(Map<String, String> users, Predicate<Change> promised) {
		int found = this.changes.size() - 1;
		while (found >= 0 && !this.changes.get(found).users.equals(users)) {
			found--;
		}
		if (found < 0) {
			throw new AssertionError("the users never were " + users.keySet());
		}
		List<Change> lost = this.changes.subList(found + 1, this.changes.size());
		List<Change> broken = lost.stream().filter(promised).toList();
		if (!broken.isEmpty()) {
			throw new AssertionError("lost: " + broken);
		}
		int count = (int) lost.stream().filter(Change::isAnswered).count();
		lost.clear();
		return count;
	}

	/** The change was answered by the server that made it. */
	synchronized void answered(Change change) {
		change.answered = true;
		this.lastAnswered = Math.max(this.lastAnswered, change.number);
	}

	/** The highest number that was answered. */
	synchronized long lastAnswered() {
		return this.lastAnswered;
	}

	/** A start found them, at this number: they count as answered. */
	synchronized void seen(long number) {
		this.changes.forEach((change) -> change.answered = true);
		last().number = number;
	}

	/** What there is of each user after a change, and whether that was answered. */
	static final class Change {

		private final Map<String, String> users;

		private volatile long number;

		private volatile boolean answered;

		private Change(Map<String, String> users, long number) {
			this.users = users;
			this.number = number;
		}

		Map<String, String> users() {
			return this.users;
		}

		long number() {
			return this.number;
		}

		boolean isAnswered() {
			return this.answered;
		}

		@Override
		public String toString() {
			return "change " + this.number;
		}

	}

}

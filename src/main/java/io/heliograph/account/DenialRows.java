package io.heliograph.account;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.heliograph.account.DenialGroup.Who;
import org.jspecify.annotations.Nullable;

/**
 * Counts refusals by group, in a bounded number of rows: the one that was counted least
 * recently makes room for a new one, and its count goes to that of the others.
 * Thread-safe; its monitor is held for less than a microsecond, but while rows are
 * listed.
 */
final class DenialRows {

	/** So many rows a user may have before further topics are grouped by first level. */
	static final int MAX_EXACT = 20;

	/** So many it may have before further first levels are grouped, too. */
	static final int MAX_OF_FIRST_LEVELS = 30;

	private final int max;

	private final Who others;

	/** Gives each refusal a number. */
	private final AtomicLong numbers;

	/** In the order in which they were last counted. */
	private final Map<DenialGroup, Row> rows = new LinkedHashMap<>(16, 0.75f, true);

	/** How many rows each user name has; null is that of those without one. */
	private final Map<@Nullable String, Integer> rowsOfUser = new HashMap<>();

	/** What rows held that had to make room: a few groups, by kind and reason. */
	private final Map<DenialGroup, Row> madeRoom = new HashMap<>();

	/**
	 * @param max how many rows there may be
	 * @param others whose are those that had to make room
	 */
	DenialRows(int max, Who others, AtomicLong numbers) {
		this.max = max;
		this.others = others;
		this.numbers = numbers;
	}

	/** Counts a refusal; may put it into a wider group. */
	synchronized void count(DenialGroup group, long epochMillis, @Nullable String clientId, InetAddress address) {
		row(group, epochMillis).count(this.numbers.incrementAndGet(), epochMillis, clientId, address);
	}

	private Row row(DenialGroup exact, long epochMillis) {
		DenialGroup group = exact;
		Row row = this.rows.get(group);
		int present = (row == null) ? this.rowsOfUser.getOrDefault(group.user(), 0) : 0;
		if (row == null && present >= MAX_EXACT) {
			group = exact.ofFirstLevel();
			row = this.rows.get(group);
		}
		if (row == null && present >= MAX_OF_FIRST_LEVELS) {
			group = exact.ofAll();
			row = this.rows.get(group);
		}
		return (row != null) ? row : add(group, epochMillis);
	}

	private Row add(DenialGroup group, long epochMillis) {
		if (this.rows.size() >= this.max) {
			makeRoom();
		}
		Row row = new Row(group, epochMillis);
		this.rows.put(group, row);
		this.rowsOfUser.merge(group.user(), 1, Integer::sum);
		return row;
	}

	private void makeRoom() {
		Iterator<Row> leastRecentFirst = this.rows.values().iterator();
		Row row = leastRecentFirst.next();
		leastRecentFirst.remove();
		this.rowsOfUser.computeIfPresent(row.group.user(), (user, rows) -> (rows > 1) ? (Integer) (rows - 1) : null);
		this.madeRoom.computeIfAbsent(row.group.of(this.others), (group) -> new Row(group, row.first)).add(row);
	}

	/**
	 * Returns rows, the one that was counted last first.
	 * @param before the number above all of theirs
	 * @param limit how many at most
	 */
	synchronized List<Denial> newest(Predicate<DenialGroup> wanted, long before, int limit) {
		Deque<Row> newest = new ArrayDeque<>();
		for (Row row : this.rows.values()) {
			if (row.number < before && wanted.test(row.group)) {
				newest.addFirst(row);
				if (newest.size() > limit) {
					newest.removeLast();
				}
			}
		}
		Stream<Row> others = this.madeRoom.values()
			.stream()
			.filter((row) -> row.number < before && wanted.test(row.group));
		return Stream.concat(newest.stream(), others).map(Row::denial).toList();
	}

	/** What is counted of a group. Guarded by the monitor of the rows. */
	private static final class Row {

		private final DenialGroup group;

		private long first;

		private long last;

		private long count;

		private long number;

		private @Nullable String clientId;

		private InetAddress address = InetAddress.getLoopbackAddress();

		Row(DenialGroup group, long first) {
			this.group = group;
			this.first = first;
		}

		void count(long number, long epochMillis, @Nullable String clientId, InetAddress address) {
			this.count++;
			this.number = number;
			this.last = epochMillis;
			this.clientId = clientId;
			this.address = address;
		}

		/** Adds what another counted. */
		void add(Row other) {
			this.count += other.count;
			this.first = Math.min(this.first, other.first);
			this.last = Math.max(this.last, other.last);
			this.number = other.number;
			this.clientId = other.clientId;
			this.address = other.address;
		}

		Denial denial() {
			return new Denial(this.group, this.number, this.count, Instant.ofEpochMilli(this.first),
					Instant.ofEpochMilli(this.last), this.clientId, this.address);
		}

	}

}

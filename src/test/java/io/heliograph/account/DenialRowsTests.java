package io.heliograph.account;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.heliograph.account.DenialGroup.Who;
import io.heliograph.account.Refusal.Kind;
import io.heliograph.account.Refusal.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** Rows of refusals. */
class DenialRowsTests {

	private static final InetAddress HERE = InetAddress.getLoopbackAddress();

	private static DenialGroup group(String user, String pattern) {
		return group(user, pattern, null);
	}

	private static DenialGroup group(String user, String pattern, @Nullable Long rule) {
		return new DenialGroup(Who.USER, user, Kind.PUBLISH, false, pattern,
				(rule != null) ? Reason.RULE : Reason.NO_RULE, rule);
	}

	private static DenialRows rows(int max) {
		return new DenialRows(max, Who.OTHER_USERS, new AtomicLong());
	}

	private static void count(DenialRows rows, DenialGroup group) {
		rows.count(group, 0, null, HERE);
	}

	private static List<Denial> all(DenialRows rows) {
		return rows.newest((group) -> true, Long.MAX_VALUE, Integer.MAX_VALUE);
	}

	private static List<String> patterns(DenialRows rows) {
		return all(rows).stream().map((denial) -> String.valueOf(denial.group().pattern())).toList();
	}

	private static long sum(DenialRows rows) {
		return all(rows).stream().mapToLong(Denial::count).sum();
	}

	@Test
	void holdCountAndTimesAndTheLastOne() throws UnknownHostException {
		InetAddress there = InetAddress.getByName("192.0.2.1");
		DenialRows rows = rows(9);
		rows.count(group("bob", "a"), 1000, "first", HERE);
		rows.count(group("bob", "a"), 2000, "second", HERE);
		rows.count(group("bob", "a"), 3000, "third", there);
		assertThat(all(rows)).containsExactly(new Denial(group("bob", "a"), 3, 3, Instant.ofEpochSecond(1),
				Instant.ofEpochSecond(3), "third", there));
	}

	@Test
	void areOfOneGroupEach() {
		List<DenialGroup> groups = List.of(group("bob", "a"), group("carol", "a"), group("bob", "b"),
				group("bob", "a", 1L), group("bob", "a", 2L),
				new DenialGroup(Who.USER, "bob", Kind.PUBLISH, true, "a", Reason.NO_RULE, null),
				new DenialGroup(Who.USER, "bob", Kind.DELIVER, false, "a", Reason.NO_RULE, null),
				new DenialGroup(Who.USER, "bob", Kind.PUBLISH, false, "a", Reason.DISABLED, null));
		DenialRows rows = rows(100);
		groups.forEach((group) -> count(rows, group));
		groups.forEach((group) -> count(rows, group));
		assertThat(all(rows)).extracting(Denial::count).containsOnly(2L).hasSameSizeAs(groups);
	}

	@Test
	void growWiderWhenAUserHasMany() {
		DenialRows rows = rows(1000);
		count(rows, group("carol", "before"));
		for (int first = 0; first < 30; first++) {
			for (int second = 0; second < 10; second++) {
				count(rows, group("bob", first + "/" + second, (long) second));
			}
		}
		List<String> ofBob = patterns(rows).stream().filter((pattern) -> !pattern.equals("before")).toList();
		assertThat(ofBob).hasSize(DenialRows.MAX_OF_FIRST_LEVELS + 1)
			.contains("0/0", "1/9", "2/#", "#")
			.doesNotContain("2/0", "3/0");
		assertThat(sum(rows)).isEqualTo(301);
		count(rows, group("bob", "0/0", 0L));
		count(rows, group("carol", "after"));
		assertThat(all(rows)).extracting((denial) -> denial.group().pattern(), Denial::count)
			.startsWith(tuple("after", 1L), tuple("0/0", 2L));
	}

	@Test
	void groupASingleLevelAndWildcardsAsValidFilters() {
		assertThat(Stream.of("a", "a/b", "/a", "+/a", "#").map((pattern) -> group("bob", pattern).ofFirstLevel()))
			.extracting(DenialGroup::pattern)
			.containsExactly("a/#", "a/#", "/#", "+/#", "#");
	}

	@Test
	void makeRoomWithTheOneThatWasCountedLeastRecently() {
		DenialRows rows = rows(3);
		rows.count(group("bob", "a"), 1000, null, HERE);
		rows.count(group("bob", "b"), 2000, null, HERE);
		rows.count(group("bob", "b"), 3000, null, HERE);
		rows.count(group("bob", "c"), 4000, null, HERE);
		rows.count(group("bob", "a"), 5000, null, HERE);
		rows.count(group("bob", "d"), 6000, null, HERE);
		rows.count(group("bob", "e"), 7000, null, HERE);
		assertThat(all(rows))
			.extracting((denial) -> denial.group().who(), (denial) -> denial.group().pattern(), Denial::count)
			.containsExactlyInAnyOrder(tuple(Who.USER, "e", 1L), tuple(Who.USER, "d", 1L), tuple(Who.USER, "a", 2L),
					tuple(Who.OTHER_USERS, null, 3L));
		Denial others = all(rows).get(3);
		assertThat(others.group().user()).isNull();
		assertThat(List.of(others.first(), others.last())).containsExactly(Instant.ofEpochSecond(2),
				Instant.ofEpochSecond(4));
	}

	@Test
	void letAUserHaveOthersWhenItsOldOnesAreGone() {
		DenialRows rows = rows(DenialRows.MAX_EXACT);
		for (int i = 0; i < DenialRows.MAX_EXACT; i++) {
			count(rows, group("bob", "a/" + i));
		}
		for (int i = 0; i < DenialRows.MAX_EXACT; i++) {
			count(rows, group("user" + i, "b/" + i));
		}
		count(rows, group("bob", "c/d"));
		assertThat(patterns(rows)).contains("c/d").doesNotContain("c/#");
	}

	@Test
	void areListedFromANumberDownwards() {
		DenialRows rows = rows(100);
		for (int i = 0; i < 9; i++) {
			count(rows, group("user" + (i % 2), "t" + i));
		}
		List<String> seen = new ArrayList<>();
		long before = Long.MAX_VALUE;
		for (int page = 0; page < 3; page++) {
			for (Denial denial : rows.newest((group) -> "user0".equals(group.user()), before, 2)) {
				seen.add(String.valueOf(denial.group().pattern()));
				before = denial.number();
			}
		}
		assertThat(seen).containsExactly("t8", "t6", "t4", "t2", "t0");
	}

	@Test
	void loseNoCountWhileManyThreadsPushEachOtherOut() {
		DenialRows rows = rows(7);
		List<CompletableFuture<Void>> threads = new ArrayList<>();
		for (int t = 0; t < 4; t++) {
			int thread = t;
			threads.add(CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 20_000; i++) {
					count(rows, group("user" + (i % 5), "t" + ((i * 7 + thread) % 11)));
				}
			}));
		}
		threads.forEach(CompletableFuture::join);
		assertThat(sum(rows)).isEqualTo(80_000);
		assertThat(all(rows)).hasSize(8);
	}

}

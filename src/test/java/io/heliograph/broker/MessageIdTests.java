package io.heliograph.broker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Ids of messages grow, whatever the clock does. */
class MessageIdTests {

	/** Ahead of what other tests took, which count on the same. */
	private final long now = (MessageId.next(System.currentTimeMillis()).value().getMostSignificantBits() >>> 16) + 5;

	private static List<String> ids(long millis, int count) {
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			ids.add(MessageId.next(millis).toString());
		}
		return ids;
	}

	private static void grow(List<String> ids) {
		assertThat(ids).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void areUuidsOfVersion7() {
		MessageId id = MessageId.next(this.now);
		assertThat(id.value().version()).isEqualTo(7);
		assertThat(id.value().variant()).isEqualTo(2);
		assertThat(id.value().getMostSignificantBits() >>> 16).isEqualTo(this.now);
	}

	@Test
	void growWhileTheClockStands() {
		grow(ids(this.now, 10_000));
	}

	@Test
	void growWhenTheClockGoesBack() {
		List<String> ids = new ArrayList<>(ids(this.now, 3));
		ids.addAll(ids(this.now - 3_600_000, 3));
		ids.addAll(ids(0, 3));
		ids.addAll(ids(this.now + 1, 3));
		grow(ids);
	}

	/** The clock may have been ahead of this one when those in the store were made. */
	@Test
	void growBehindThoseThatAreInTheStore() {
		long stored = ((this.now + 1) << 16) | 0x7fff;
		MessageId.countFrom(new MessageId(new UUID(stored, Long.MIN_VALUE)));
		List<String> ids = new ArrayList<>(List.of(new UUID(stored, -1).toString()));
		MessageId.countFrom(new MessageId(new UUID(0x7000, Long.MIN_VALUE)));
		ids.addAll(ids(this.now, 3));
		grow(ids);
	}

	@Test
	void growInEachThreadAndDifferBetweenThem() throws Exception {
		int threads = 4;
		ExecutorService pool = Executors.newFixedThreadPool(threads);
		try {
			Callable<List<String>> task = () -> ids(this.now, 20_000);
			Set<String> all = new HashSet<>();
			for (Future<List<String>> ids : pool.invokeAll(List.of(task, task, task, task))) {
				grow(ids.get());
				all.addAll(ids.get());
			}
			// the part that is not random, too
			assertThat(all.stream().map((id) -> id.substring(0, 18)).distinct()).hasSize(threads * 20_000);
		}
		finally {
			pool.shutdownNow();
		}
	}

}

package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is due by the clock. */
class DeadlinesTests {

	private final MovedClock clock = new MovedClock();

	private final Deadlines deadlines = new Deadlines(this.clock);

	private final List<String> done = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.deadlines.close();
	}

	private Deadlines.Deadline in(long seconds, String name) {
		return this.deadlines.at(this.clock.instant().plusSeconds(seconds), (deadline) -> this.done.add(name));
	}

	/** Moves the clock, and waits until what is the last of that second is done. */
	private void pass(long seconds) {
		in(seconds, "last");
		this.clock.move(Duration.ofSeconds(seconds));
		await().until(() -> this.done.remove("last"));
	}

	@Test
	void isDoneInItsOrderAndOnce() {
		in(3, "c");
		in(1, "a");
		in(3, "d");
		in(2, "b");
		in(4, "e");
		pass(3);
		assertThat(this.done).containsExactly("a", "b", "c", "d");
		pass(1);
		assertThat(this.done).containsExactly("a", "b", "c", "d", "e");
	}

	@Test
	void isNotDoneIfItIsCancelled() {
		Deadlines.Deadline cancelled = in(1, "a");
		in(1, "b");
		this.deadlines.cancel(cancelled);
		this.deadlines.cancel(null);
		pass(1);
		assertThat(this.done).containsExactly("b");
	}

	@Test
	void isDoneThoughSomethingElseFails() {
		this.deadlines.at(this.clock.instant(), (deadline) -> {
			throw new StackOverflowError("a defect");
		});
		in(1, "a");
		pass(1);
		assertThat(this.done).containsExactly("a");
	}

	@Test
	void isDoneAgainAndAgainThoughItFails() {
		this.deadlines.every(10, () -> {
			this.done.add("again");
			throw new IllegalStateException("a defect");
		});
		pass(9);
		assertThat(this.done).isEmpty();
		pass(1);
		assertThat(this.done).containsExactly("again");
		pass(10);
		assertThat(this.done).containsExactly("again", "again");
	}

}

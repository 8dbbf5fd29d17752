package io.heliograph.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** How many threads may wait for bodies. */
class BodyReadLimiterTests {

	private final BodyReadLimiter limiter = new BodyReadLimiter(12);

	private void enter(String user, int times) throws BodyRefused {
		for (int i = 0; i < times; i++) {
			this.limiter.enter(user);
		}
	}

	private static void isRefused(BodyReadLimiter limiter, String user, int status) {
		assertThatExceptionOfType(BodyRefused.class).isThrownBy(() -> limiter.enter(user)).satisfies((refused) -> {
			assertThat(refused.problem().getStatus()).isEqualTo(status);
			assertThat(refused.headers().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("5");
		});
	}

	@Test
	void areAQuarterOfAllForOneUser() throws BodyRefused {
		enter("a", 3);
		isRefused(this.limiter, "a", 429);
		enter("b", 3);
		this.limiter.leave("a");
		enter("a", 1);
		isRefused(this.limiter, "a", 429);
	}

	@Test
	void areHalfOfAllForAllUsers() throws BodyRefused {
		enter("a", 3);
		enter("b", 3);
		isRefused(this.limiter, "a", 429);
		isRefused(this.limiter, "d", 503);
		this.limiter.leave("b");
		enter("d", 1);
		isRefused(this.limiter, "b", 503);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void isOneWhereThereAreFew(int threads) throws BodyRefused {
		BodyReadLimiter few = new BodyReadLimiter(threads);
		few.enter("a");
		isRefused(few, "a", 429);
	}

}

package io.heliograph.web;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** How many threads may wait for bodies. */
class BodyReadLimiterTests {

	private final BodyReadLimiter limiter = new BodyReadLimiter(3, 6);

	private void enter(String user, int times) throws BodyRefused {
		for (int i = 0; i < times; i++) {
			this.limiter.enter(user);
		}
	}

	private void isRefused(String user, int status) {
		assertThatExceptionOfType(BodyRefused.class).isThrownBy(() -> this.limiter.enter(user)).satisfies((refused) -> {
			assertThat(refused.problem().getStatus()).isEqualTo(status);
			assertThat(refused.headers().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("5");
		});
	}

	@Test
	void areLimitedForOneUser() throws BodyRefused {
		enter("a", 3);
		isRefused("a", 429);
		enter("b", 3);
		this.limiter.leave("a");
		enter("a", 1);
		isRefused("a", 429);
	}

	@Test
	void areLimitedForAllUsers() throws BodyRefused {
		enter("a", 3);
		enter("b", 3);
		isRefused("a", 429);
		isRefused("d", 503);
		this.limiter.leave("b");
		enter("d", 1);
		isRefused("b", 503);
	}

}

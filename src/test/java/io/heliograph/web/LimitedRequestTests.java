package io.heliograph.web;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Which ways there are to the body of a request that is read within limits. */
class LimitedRequestTests {

	private static final int LIMIT = 10;

	private static LimitedRequest request(int size) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setContent(new byte[size]);
		HttpSettings settings = new HttpSettings(DataSize.ofBytes(LIMIT), Duration.ofMinutes(1), List.of());
		return new LimitedRequest(request, settings, new BodyReadLimiter(1, 1));
	}

	@Test
	void areOneStream() throws IOException {
		LimitedRequest request = request(LIMIT + 1);
		assertThat(request.getInputStream()).isSameAs(request.getInputStream());
		assertThat(request.getInputStream().readNBytes(LIMIT)).hasSize(LIMIT);
		assertThatExceptionOfType(BodyRefused.class).isThrownBy(() -> request.getInputStream().read())
			.withMessageContaining("larger than 10 bytes");
	}

	@Test
	void endWithTheBody() throws IOException {
		LimitedRequest request = request(LIMIT);
		assertThat(request.getInputStream().readAllBytes()).hasSize(LIMIT);
		assertThat(request.getInputStream().read()).isEqualTo(-1);
	}

	@Test
	void areNeitherReadersNorParts() {
		LimitedRequest request = request(LIMIT);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(request::getReader);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(request::getParts);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> request.getPart("a"));
	}

}

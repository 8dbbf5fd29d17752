package io.heliograph.web;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which origins a page can have, and how a browser writes them. */
class OriginTests {

	@ParameterizedTest
	@CsvSource({ "https://Example.com:443/, https://example.com", "HTTP://example.com:80, http://example.com",
			"http://example.com:443, http://example.com:443", "http://my_host:3000, http://my_host:3000",
			"https://[2001:DB8::1]:8443, https://[2001:db8::1]:8443", "https://127.0.0.1, https://127.0.0.1",
			"chrome-extension://abcdef, chrome-extension://abcdef" })
	void areWrittenAsByABrowser(String given, String canonical) {
		assertThat(new Origin(given).canonical()).isEqualTo(canonical);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "example.com", "https://", "https://user@example.com", "https://example.com:x",
			"https://exämple.com", "https://*.example.com", "https://a b" })
	void areNone(String given) {
		assertThat(new Origin(given).canonical()).isNull();
	}

}

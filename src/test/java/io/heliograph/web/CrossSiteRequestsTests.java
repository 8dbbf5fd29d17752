package io.heliograph.web;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a page of another site can make a browser do here: nothing. */
class CrossSiteRequestsTests extends ServerTests {

	private static Answer send(String method, String path, @Nullable String origin, @Nullable String site) {
		HttpRequest.Builder request = HttpRequest.newBuilder()
			.header("Content-Type", "text/plain")
			.method(method, BodyPublishers.ofString("x"));
		if (origin != null) {
			request.header("Origin", origin.replace("SELF", "127.0.0.1:" + heliograph.httpPort()));
		}
		if (site != null) {
			request.header("Sec-Fetch-Site", site);
		}
		return heliograph.admin().send(path, request);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "-, -", "-, same-origin", "-, none", "http://SELF, -",
			"http://SELF, same-origin", "https://SELF, -", "HTTP://SELF, none" })
	void letsThroughWhatComesFromHere(String origin, String site) {
		send("POST", "/api/publish?topic=t", origin, site).expect(202);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "http://evil.example, -", "http://127.0.0.1, -", "http://127.0.0.1:1, -", "http://localhost, -",
					"http://SELF.evil.example, -", "http://x@SELF, -", "null, -", "'', -", "SELF, -", "nonsense:::, -",
					"http://SELF, cross-site", "http://SELF, same-site", "-, cross-site", "-, same-site", "-, ''",
					"-, Same-Origin", "http://evil.example, same-origin" })
	void refusesChangesFromElsewhere(String origin, String site) {
		Answer answer = send("POST", "/api/publish?topic=t", origin, site).expect(403);
		assertThat(answer.problem()).isEqualTo("cross-site");
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.body()).contains("Send changes from a program, or from a page of this server.");
	}

	@ParameterizedTest
	@CsvSource({ "PUT, /api/admin/users/admin", "DELETE, /api/admin/users/admin", "POST, /api/admin/users",
			"PATCH, /api/admin/users", "POST, /nothing" })
	void refusesEveryKindOfChange(String method, String path) {
		assertThat(send(method, path, "http://evil.example", null).expect(403).problem()).isEqualTo("cross-site");
	}

	@Test
	void letsThroughWhatOnlyReads() {
		send("GET", "/api/admin/users", "http://evil.example", "cross-site").expect(200);
		assertThat(send("GET", "/api/admin/users", "http://evil.example", "cross-site")
			.header("Access-Control-Allow-Origin")).isEmpty();
	}

	@Test
	void allowsNoPreflight() {
		Answer answer = heliograph.anyone()
			.send("/api/publish",
					HttpRequest.newBuilder()
						.header("Origin", "http://evil.example")
						.header("Access-Control-Request-Method", "POST")
						.method("OPTIONS", BodyPublishers.noBody()));
		assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
		assertThat(answer.header("Access-Control-Allow-Methods")).isEmpty();
	}

}

package io.heliograph.web;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How large a body may be, with its length told before or in chunks. */
class BodyLimitTests {

	private static final int LIMIT = 10_000;

	@TempDir
	private static Path data;

	private static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "heliograph.http.max-body-size=" + LIMIT + "B");
	}

	@AfterAll
	static void stop() {
		heliograph.close();
	}

	private static BodyPublisher body(byte[] bytes, boolean chunked) {
		return chunked ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
				: BodyPublishers.ofByteArray(bytes);
	}

	private static Answer post(String path, String type, String text, boolean chunked) {
		return heliograph.admin()
			.send(path,
					HttpRequest.newBuilder()
						.header("Content-Type", type)
						.POST(body(text.getBytes(StandardCharsets.UTF_8), chunked)));
	}

	private static void tooLarge(Answer answer) {
		assertThat(answer.expect(413).problem()).isEqualTo("too-large");
		assertThat(answer.json().get("detail").asString())
			.isEqualTo("The body is larger than 10000 bytes; send less, or raise heliograph.http.max-body-size.");
	}

	@ParameterizedTest
	@CsvSource({ "/api/publish?topic=t, text/plain, true", "/api/publish?topic=t, text/plain, false",
			"/api/publish, application/json, true", "/api/publish, application/json, false",
			"/api/admin/users, application/json, true", "/api/admin/users, application/json, false",
			"/api/admin/acl/rules, application/json, true" })
	void refusesWhatIsLarger(String path, String type, boolean chunked) {
		tooLarge(post(path, type, "{" + " ".repeat(LIMIT), chunked));
	}

	@ParameterizedTest
	@CsvSource({ "true", "false" })
	void takesWhatIsAsLarge(boolean chunked) {
		post("/api/publish?topic=t", "text/plain", "x".repeat(LIMIT), chunked).expect(202);
		String json = "{\"topic\":\"t\"}";
		post("/api/publish", "application/json", json + " ".repeat(LIMIT - json.length()), chunked).expect(202);
		tooLarge(post("/api/publish?topic=t", "text/plain", "x".repeat(LIMIT + 1), chunked));
	}

	@Test
	void readsInChunksWhatIsNotTooLarge() {
		post("/api/admin/users", "application/json", "{\"name\":\"chunked\",\"password\":\"p\"}", true).expect(201);
	}

	@Test
	void refusesBeforeItIsKnownWhoAsks() {
		tooLarge(heliograph.anyone().post("/api/publish", " ".repeat(LIMIT + 1)));
	}

	@Test
	void readsNothingOfAnyonesChunks() {
		HttpRequest.Builder request = HttpRequest.newBuilder()
			.header("Content-Type", "text/plain")
			.POST(body(new byte[5 * LIMIT], true));
		heliograph.anyone().send("/api/publish?topic=t", request).expect(401);
	}

}

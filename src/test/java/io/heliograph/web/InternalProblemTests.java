package io.heliograph.web;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls.Answer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/** What is told, and to whom, of a failure that nobody thought of. */
@ExtendWith(OutputCaptureExtension.class)
class InternalProblemTests {

	private static final String INSIDE = "the state of something inside";

	@TempDir
	private static Path data;

	@AutoClose
	static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "spring.main.sources=" + Failing.class.getName());
	}

	@ParameterizedTest
	@ValueSource(strings = { "/failing/now", "/failing/later" })
	void isInTheLogAndNotInTheAnswer(String path, CapturedOutput log) {
		Answer answer = heliograph.admin().get(path).expect(500);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.problem()).isEqualTo("internal");
		assertThat(answer.json().propertyNames()).containsExactlyInAnyOrder("type", "title", "status", "detail",
				"instance");
		assertThat(answer.json().get("title").asString()).isEqualTo("Internal error");
		assertThat(answer.json().get("detail").asString())
			.isEqualTo("Look into the server's log at this time, and report it.");
		assertThat(answer.json().get("instance").asString()).isEqualTo(path);
		assertThat(log).containsOnlyOnce("ERROR")
			.containsOnlyOnce(INSIDE)
			.contains("\tat " + Failing.class.getName())
			.doesNotContain("WARN");
	}

	@RestController
	static class Failing {

		@GetMapping("/failing/now")
		String now() {
			throw new IllegalStateException(INSIDE);
		}

		@GetMapping("/failing/later")
		CompletionStage<String> later() {
			return CompletableFuture.failedFuture(new IllegalStateException(INSIDE));
		}

	}

}

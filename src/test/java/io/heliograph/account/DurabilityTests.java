package io.heliograph.account;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What was answered is there after kill -9. */
class DurabilityTests {

	private static final int CLIENTS = 4;

	private static final int KILLED_AFTER = 60;

	@TempDir
	private Path data;

	/** The paths of what was created. */
	private final Queue<String> created = new ConcurrentLinkedQueue<>();

	/** The paths of what was deleted again. */
	private final Queue<String> deleted = new ConcurrentLinkedQueue<>();

	@Test
	void holdsForUsersAndRulesInTheMiddleOfChanges() {
		try (HeliographProcess process = new HeliographProcess(this.data).awaitReady()) {
			List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
				.mapToObj((number) -> CompletableFuture.runAsync(() -> change(process.admin(), number)))
				.toList();
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> this.created.size() > KILLED_AFTER);
			process.kill();
			clients.forEach((client) -> assertThat(client).failsWithin(Duration.ofSeconds(30)));
		}
		List<String> kept = this.created.stream().filter((path) -> !this.deleted.contains(path)).toList();
		try (Heliograph heliograph = Heliograph.start(this.data)) {
			assertThat(kept).hasSizeGreaterThan(KILLED_AFTER / 2)
				.allSatisfy((path) -> heliograph.admin().get(path).expect(200));
			assertThat(this.deleted).isNotEmpty().allSatisfy((path) -> heliograph.admin().get(path).expect(404));
		}
	}

	/** Adds users and rules, and deletes every third one, until the server is gone. */
	private void change(HttpCalls admin, int client) {
		for (int i = 0;; i++) {
			String path = created((i % 2 == 0)
					? admin.post("/api/admin/users", "{'name':'user-%d-%d','password':'p'}".formatted(client, i))
					: admin.post("/api/admin/acl/rules",
							"{'scope':'everyone','access':'read','topic':'%d/%d'}".formatted(client, i)));
			if (i % 3 == 2) {
				this.created.remove(path);
				admin.delete(path).expect(204);
				this.deleted.add(path);
			}
		}
	}

	private String created(Answer answer) {
		String path = answer.expect(201).header("Location");
		this.created.add(path);
		return path;
	}

}

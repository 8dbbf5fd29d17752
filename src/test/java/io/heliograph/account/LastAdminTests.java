package io.heliograph.account;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** There is always somebody who can manage users. */
class LastAdminTests {

	private static final String ADMIN = "/api/admin/users/admin";

	private static final String SECOND = "/api/admin/users/second";

	@TempDir
	private Path data;

	private Heliograph heliograph;

	@BeforeEach
	void start() {
		this.heliograph = Heliograph.start(this.data);
	}

	@AfterEach
	void stop() {
		this.heliograph.close();
	}

	private static void refused(Answer answer) {
		assertThat(answer.expect(409).problem()).isEqualTo("conflict");
		assertThat(answer.body()).contains("the only enabled user with the role ADMIN");
	}

	@Test
	void canBeNeitherDeletedNorDisabledNorDemoted() {
		HttpCalls admin = this.heliograph.user("off", "'ADMIN'").user("operator", "'OPERATOR'").admin();
		admin.put("/api/admin/users/off", "{'enabled':false}").expect(200);

		refused(admin.delete(ADMIN));
		refused(admin.put(ADMIN, "{'enabled':false}"));
		refused(admin.put(ADMIN, "{'role':'OPERATOR'}"));
		refused(admin.put(ADMIN, "{'role':null}"));
		refused(admin.put(ADMIN, "{'password':'other','role':null}"));
		assertThat(admin.get(ADMIN).expect(200).body())
			.startsWith("{\"name\":\"admin\",\"enabled\":true,\"role\":\"ADMIN\",\"passwords\":[{\"id\":");
		admin.put(ADMIN, "{'enabled':true,'role':'ADMIN'}").expect(200);
		admin.delete("/api/admin/users/off").expect(204);
		admin.delete("/api/admin/users/operator").expect(204);

		this.heliograph.user("second", "'ADMIN'");
		this.heliograph.as("second", "second-secret").delete(ADMIN).expect(204);
		refused(this.heliograph.as("second", "second-secret").delete(SECOND));
	}

	@Test
	void isLeftByTwoWhoRemoveEachOther() {
		for (int round = 0; round < 8; round++) {
			this.heliograph.user("second", "'ADMIN'");
			HttpCalls one = this.heliograph.admin();
			HttpCalls other = this.heliograph.as("second", "second-secret");
			// from here on its password is known, so that the two below come at the same
			// time
			other.get(SECOND).expect(200);
			List<Answer> answers = (round % 2 == 0)
					? both(() -> one.delete(SECOND), () -> other.put(ADMIN, "{'enabled':false}"))
					: both(() -> one.put(SECOND, "{'role':null}"), () -> other.put(ADMIN, "{'role':'OPERATOR'}"));
			assertThat(answers).extracting(Answer::status)
				.as("%s", answers)
				.filteredOn((status) -> status < 300)
				.hasSize(1);
			// who is left helps the other up again
			boolean first = one.get(ADMIN).json().path("role").asString("").equals("ADMIN");
			HttpCalls left = first ? one : other;
			left.put(ADMIN, "{'enabled':true,'role':'ADMIN'}").expect(200);
			if (left.get(SECOND).status() == 200) {
				one.delete(SECOND).expect(204);
			}
		}
	}

	static List<Answer> both(Supplier<Answer> one, Supplier<Answer> other) {
		CompletableFuture<Answer> first = CompletableFuture.supplyAsync(one);
		CompletableFuture<Answer> second = CompletableFuture.supplyAsync(other);
		return List.of(first.join(), second.join());
	}

}

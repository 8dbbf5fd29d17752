package io.heliograph.audit;

import java.nio.file.Path;

import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What cannot be taken down is not changed. */
class UnauditedChangeTests {

	@Test
	void isNotMade(@TempDir Path data) throws Exception {
		try (Heliograph heliograph = Heliograph.start(data)) {
			heliograph.audit().close();
			assertThat(heliograph.admin()
				.post("/api/admin/users", "{'name':'unaudited','password':'p'}")
				.expect(503)
				.body()).contains("nothing was changed");
			heliograph.admin().get("/api/admin/users/unaudited").expect(404);
		}
		try (Heliograph heliograph = Heliograph.start(data)) {
			heliograph.admin().get("/api/admin/users/unaudited").expect(404);
			assertThat(heliograph.admin().get("/api/admin/audit?target=users/unaudited").body())
				.contains("\"items\":[]");
		}
	}

}

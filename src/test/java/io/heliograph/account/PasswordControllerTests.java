package io.heliograph.account;

import java.util.Locale;

import io.heliograph.account.secret.GeneratedSecret;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Passwords that are generated, brought along, and that take each other's place. */
class PasswordControllerTests extends ServerTests {

	private static final String USERS = "/api/admin/users";

	private static boolean logsIn(String user, String password) {
		return heliograph.as(user, password).get("/api/admin/users").status() == 403;
	}

	private static RawClient connect(String user, String password, String id) {
		return new RawClient(heliograph.mqttPort()).send(RawClient.connect(user, password, id, true)).accepted();
	}

	@Test
	void areGeneratedIfNoneIsGiven() {
		Answer added = admin.post(USERS, "{'name':'generated'}").expect(201);
		String password = added.json().get("password").asString();
		assertThat(GeneratedSecret.looksGenerated(password)).isTrue();
		assertThat(password).startsWith("hgp_");
		assertThat(added.header("Cache-Control")).contains("no-store");
		assertThat(added.json().get("passwords").get(0).get("scheme").asString()).isEqualTo("generated");
		assertThat(logsIn("generated", password)).isTrue();
		assertThat(logsIn("generated", password.toLowerCase(Locale.ROOT))).isFalse();
		connect("generated", password, "device").close();
		assertThat(admin.get(USERS + "/generated").body()).doesNotContain(password);
		assertThat(admin.post(USERS, "{'name':'chosen','password':'p'}").expect(201).body())
			.doesNotContain("\"password\"");
	}

	@Test
	void takeEachOthersPlaceOneAfterTheOther() {
		String first = admin.post(USERS, "{'name':'rotating'}").expect(201).json().get("password").asString();
		long firstId = admin.get(USERS + "/rotating").json().get("passwords").get(0).get("id").asLong();
		String passwords = USERS + "/rotating/passwords";
		Answer added = admin.post(passwords, "{}").expect(201);
		String second = added.json().get("password").asString();
		assertThat(added.header("Cache-Control")).contains("no-store");
		assertThat(admin.post(passwords, "{}").expect(409).body()).contains("has 2 passwords");
		try (RawClient old = connect("rotating", first, "old");
				RawClient young = connect("rotating", second, "young")) {
			admin.delete(passwords + "/" + firstId).expect(204);
			assertThat(old.closedByServer()).isTrue();
			young.ping();
		}
		assertThat(logsIn("rotating", first)).isFalse();
		assertThat(logsIn("rotating", second)).isTrue();
		long secondId = added.json().get("id").asLong();
		assertThat(admin.delete(passwords + "/" + secondId).expect(409).body()).contains("no other password");
		admin.delete(passwords + "/" + firstId).expect(404);
		admin.post(USERS + "/nobody/passwords", "{}").expect(404);
		admin.delete(USERS + "/nobody/passwords/1").expect(404);
	}

	@Test
	void areChosenAsASecondOne() {
		heliograph.user("choosing");
		admin.post(USERS + "/choosing/passwords", "{'password':'another'}").expect(201);
		assertThat(logsIn("choosing", "choosing-secret")).isTrue();
		assertThat(logsIn("choosing", "another")).isTrue();
		admin.put(USERS + "/choosing", "{'password':'third'}").expect(200);
		assertThat(admin.get(USERS + "/choosing").json().get("passwords").size()).isOne();
		assertThat(logsIn("choosing", "another")).isFalse();
		assertThat(logsIn("choosing", "third")).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"sha512 | $6$Yj54rjezGcEDRJDF$4IjuEK/TERVZsB62cbJwW6auKWs/Sh15QHRe5jzj+MWJmWZC88+xCOKegtMZQQZ0PLhOun+bWYPDaj4b4ActFA==",
			"pbkdf2-sha512 | $7$101$7fK1nOzTQG8gu2u6$uvqxNfIwq2kmll0XY4lkxlTCzRdfCtzDruzOrg9gqHZd17aLIEibRyxd1oA9+aUBOECThwAKLsoiDHk/RvfR3A==",
			"argon2id | $argon2id$v=19$m=47104,t=1,p=1$+zoWHp19vYZU1FZgJfptqE2tnONDmzsWYQeNarOP3m9jLJ7jBF8py0OkVnd8+I3MZZdRVJaksprWp8KSespkyQ$VEWZXkqZN0WUbIETKq/sFBgQJDfYTyttqz9/7oTy0yYtXdE0Cn2Y+dMzg37kos3RvYeq5XkqGgQyNXG6JYX+ew" })
	void comeWithTheHashesOfMosquitto(String scheme, String hash) {
		Answer added = admin.post(USERS, "{'name':'%s','passwordHash':'%s'}".formatted(scheme, hash)).expect(201);
		assertThat(added.json().get("passwords").get(0).get("scheme").asString()).isEqualTo(scheme);
		assertThat(added.body()).doesNotContain(hash);
		connect(scheme, "glassxpw", scheme).close();
		assertThat(logsIn(scheme, "wrong")).isFalse();
	}

}

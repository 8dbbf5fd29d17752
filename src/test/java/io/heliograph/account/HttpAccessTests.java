package io.heliograph.account;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which role may use which endpoint. */
class HttpAccessTests extends ServerTests {

	@BeforeAll
	static void addUsers() {
		heliograph.user("operator", "'OPERATOR'").user("publisher", "'PUBLISHER'").user("device");
		heliograph.rule("publisher", "write", "granted");
	}

	private static HttpCalls as(String name) {
		return heliograph.as(name, name + "-secret");
	}

	private static int status(HttpCalls who, String method, String path, String body) {
		return who
			.send(path,
					HttpRequest.newBuilder()
						.header("Content-Type", "application/json")
						.method(method, BodyPublishers.ofString(body.replace('\'', '"'))))
			.status();
	}

	/** Admin, operator, publisher, a user without a role, nobody. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "GET | /api/admin/users | {} | 200 200 403 403 401",
			"GET | /api/admin/users/device | {} | 200 200 403 403 401",
			"GET | /api/admin/acl/rules | {} | 200 200 403 403 401",
			"GET | /api/admin/acl/rules/1 | {} | 200 200 403 403 401",
			"GET | /api/admin/unknown | {} | 404 404 403 403 401", "POST | /api/admin/users | {} | 422 403 403 403 401",
			"PUT | /api/admin/users/device | {} | 200 403 403 403 401",
			"DELETE | /api/admin/users/unknown | {} | 404 403 403 403 401",
			"POST | /api/admin/acl/rules | {} | 422 403 403 403 401",
			"DELETE | /api/admin/acl/rules/99 | {} | 404 403 403 403 401",
			"POST | /api/publish | {'topic':'granted'} | 202 403 202 403 401",
			"POST | /api/publish | {'topic':'other'} | 202 403 403 403 401",
			"POST | /api/publish | {} | 422 403 422 403 401", "GET | /api/publish | {} | 405 405 405 405 401",
			"POST | /api/publish/ | {'topic':'granted'} | 404 404 404 404 401",
			"GET | /actuator/health | {} | 200 200 200 200 200",
			"GET | /actuator/health/liveness | {} | 200 200 200 200 200",
			"GET | /actuator/health/readiness | {} | 200 200 200 200 200",
			"GET | /actuator/env | {} | 404 404 404 404 401", "GET | /actuator | {} | 404 404 404 404 401",
			"GET | /error | {} | 404 404 404 404 401", "GET | / | {} | 404 404 404 404 401",
			"GET | /API/ADMIN/users | {} | 404 404 404 404 401" })
	void dependsOnTheRole(String method, String path, String body, String statuses) {
		assertThat(List.of(heliograph.admin(), as("operator"), as("publisher"), as("device"), heliograph.anyone()))
			.extracting((who) -> String.valueOf(status(who, method, path, body)))
			.as("%s %s", method, path)
			.containsExactly(statuses.split(" "));
	}

	@Test
	void isAskedForByTheNameAndThePasswordOfAnEnabledUser() {
		heliograph.user("off");
		heliograph.admin().put("/api/admin/users/off", "{'enabled':false}").expect(200);
		for (HttpCalls who : List.of(heliograph.anyone(), as("off"), as("unknown"), heliograph.as("admin", "wrong"),
				heliograph.as("admin", ""), heliograph.as("", ""), heliograph.as("Admin", Heliograph.ADMIN_PASSWORD),
				heliograph.as("admin", Heliograph.ADMIN_PASSWORD + "\0"))) {
			Answer answer = who.get("/api/admin/users").expect(401);
			assertThat(answer.problem()).isEqualTo("unauthenticated");
			assertThat(answer.header("WWW-Authenticate")).isEqualTo("Basic realm=\"Heliograph\", charset=\"UTF-8\"");
			assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		}
	}

	@Test
	void isRefusedWithAReason() {
		Answer answer = as("operator").post("/api/publish", "{'topic':'granted'}").expect(403);
		assertThat(answer.problem()).isEqualTo("forbidden");
		assertThat(answer.body())
			.contains("The role of this user does not allow it; ask an ADMIN for the role ADMIN or PUBLISHER.");
		assertThat(as("operator").delete("/api/admin/users/device").expect(403).body()).contains("for the role ADMIN.");
		assertThat(as("device").get("/api/admin/users").expect(403).body()).contains("for the role ADMIN or OPERATOR.");
	}

	@Test
	void endsAtOnceWhenTheRoleDoes() {
		heliograph.user("changing", "'OPERATOR'");
		as("changing").get("/api/admin/users").expect(200);
		heliograph.admin().put("/api/admin/users/changing", "{'role':null}").expect(200);
		as("changing").get("/api/admin/users").expect(403);
		heliograph.admin().delete("/api/admin/users/changing").expect(204);
		as("changing").get("/api/admin/users").expect(401);
	}

	@Test
	void leavesNoCookieBehind() {
		assertThat(heliograph.admin().get("/api/admin/users").header("Set-Cookie")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/admin//users", "/api/admin/users;a=b", "/api/admin/users/%2e%2e/acl/rules",
			"/api/admin/users%00", "/api/admin/users%2F..%2Facl", "/api/admin/users%3Ba=b", "/api%252Fadmin",
			"/actuator/health/%2e%2e%2f%2e%2e/api/admin/users", "/actuator/health/..%2F..%2Fapi%2Fadmin%2Fusers",
			"/actuator/health;/../users", "/api/devices/../admin/users", "/api/devices/%2e%2e/admin/users",
			"/api/devices//admin/users", "/api/devices/a;b", "/api/devices/%00" })
	void hasNoWayAround(String path) {
		assertThat(as("device").get(path).status()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/devices/..%2Fadmin%2Fusers", "/api/devices/..%5Cadmin%5Cusers",
			"/api/devices/%2F..%2Fpublish", "/api/devices/a%3Bb", "/api/devices/a%252Fb" })
	void takesWhatIsEscapedForANameOfADevice(String path) {
		as("device").get(path).expect(403);
		assertThat(heliograph.admin().get(path).expect(404).body()).contains("The device '");
	}

}

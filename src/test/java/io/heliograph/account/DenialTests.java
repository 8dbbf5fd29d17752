package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.ServerTests;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Tests at a server of their own, of what it shows of refusals. */
abstract class DenialTests extends ServerTests {

	static final String DENIALS = "/api/admin/denials";

	static String user(String name) {
		heliograph.user(name);
		return name;
	}

	static List<JsonNode> rows(String query) {
		return List.copyOf(admin.get(DENIALS + query).expect(200).json().get("items").values());
	}

	/** Who, kind, via, pattern, reason, rule and count of rows. */
	static List<String> shown(String query) {
		return rows(query).stream().map(DenialTests::shown).toList();
	}

	private static String shown(JsonNode row) {
		List<String> texts = new ArrayList<>();
		for (String field : List.of("who", "kind", "via", "pattern", "reason", "rule", "count")) {
			texts.add(row.get(field).isNull() ? "-" : row.get(field).asString());
		}
		return String.join(" ", texts);
	}

	static HttpCalls as(String name) {
		return heliograph.as(name, name + "-secret");
	}

	static void isRefused(byte[] connect) {
		try (RawClient client = new RawClient(heliograph.mqttPort())) {
			assertThat(client.send(connect).receive().body()[1]).isEqualTo((byte) 5);
		}
	}

}

package io.heliograph.account;

import java.nio.file.Path;
import java.util.List;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.RawHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Behind a proxy, where it is set so, the address is the one that the proxy tells. */
class ProxyTests {

	private static String get(Heliograph heliograph, String login, String forwardedFor) {
		try (RawHttp http = new RawHttp(heliograph.httpPort())) {
			return http
				.request("GET /api/admin/users",
						List.of(RawHttp.basic(login), "X-Forwarded-For: " + forwardedFor, "Connection: close"), "")
				.receiveAll();
		}
	}

	@Test
	void tellsAddressesApart(@TempDir Path data) {
		try (Heliograph heliograph = Heliograph.start(data, "server.forward-headers-strategy=native")) {
			heliograph.user("operator", "'OPERATOR'");
			for (int i = 0; i < 9; i++) {
				get(heliograph, "nobody" + i + ":wrong", "192.0.2.1");
			}
			assertThat(get(heliograph, "operator:wrong", "192.0.2.1")).startsWith("HTTP/1.1 429 ");
			assertThat(get(heliograph, "operator:operator-secret", "2001:db8::7")).startsWith("HTTP/1.1 200 ");
			assertThat(heliograph.admin().get("/api/admin/denials?user=operator").body()).contains("192.0.2.1");
			assertThat(get(heliograph, "operator:operator-secret", "proxy.example")).startsWith("HTTP/1.1 400 ")
				.contains("look at its X-Forwarded-For");
		}
	}

}

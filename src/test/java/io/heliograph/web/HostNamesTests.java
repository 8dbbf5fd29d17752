package io.heliograph.web;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Which hosts a server is asked for by. */
class HostNamesTests {

	private static final HostNames NAMES = HostNames
		.withLoopback(List.of("Push.Example.com.", "my_host", "192.0.2.1", "[2001:DB8::1]"));

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "LocalHost:8080", "localhost.", "localhost.:8080", "localhost:", "127.0.0.1",
			"127.0.0.1:8080", "127.255.255.254", "[::1]", "[::1]:8080", "push.example.com", "PUSH.example.com.:443",
			"my_host", "192.0.2.1:80", "[2001:db8::1]:80" })
	void areTheirs(String host) {
		assertThat(NAMES.contain(host)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ":8080", ".", "evil.example", "evil.localhost", "localhost.evil.example",
			"127.0.0.1.evil.example", "127.0.0.1..", "127.0.0.256", "127.1", "1127.0.0.1", "128.0.0.1", "0.0.0.0",
			"::1", "[::1", "[::1]evil.example", "[::2]", "[::ffff:127.0.0.1]", "localhost:80:80", "localhost:x",
			"x@localhost", "localhost ", "xpush.example.com", "push.example.com.evil.example" })
	void areNotTheirs(String host) {
		assertThat(NAMES.contain(host)).as(host).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "*", "*.example.com", "push.example.com:8080", "http://push.example.com",
			"push.example.com/", "a b", "a..b", ".a", "pusch\u00fc.example", "2001:db8::1", "[::1]:80" })
	void areRefusedIfTheyAreNone(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> HostNames.withLoopback(List.of(name)))
			.withMessageStartingWith("allowed-hosts has '" + name + "'; give names without scheme and port");
	}

}

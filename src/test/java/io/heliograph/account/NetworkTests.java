package io.heliograph.account;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Which addresses belong together. */
class NetworkTests {

	@ParameterizedTest
	@CsvSource({ "192.0.2.0/24, 192.0.2.0, true", "192.0.2.0/24, 192.0.2.255, true", "192.0.2.0/24, 192.0.3.0, false",
			"192.0.2.128/25, 192.0.2.127, false", "192.0.2.128/25, 192.0.2.128, true", "0.0.0.0/0, 8.8.8.8, true",
			"0.0.0.0/0, ::1, false", "192.0.2.1, 192.0.2.1, true", "192.0.2.1, 192.0.2.2, false",
			"2001:db8::/32, 2001:db8:ffff::1, true", "2001:db8::/32, 2001:db9::1, false", "::/0, ::1, true",
			"::/0, 127.0.0.1, false", "::ffff:192.0.2.1, 192.0.2.1, true", "::ffff:192.0.2.0/120, 192.0.2.255, true",
			"::ffff:192.0.2.0/120, 192.0.3.0, false", "::ffff:0:0/96, 8.8.8.8, true" })
	void contain(String network, String address, boolean contained) throws UnknownHostException {
		assertThat(Network.parse(network).contains(InetAddress.getByName(address))).isEqualTo(contained);
	}

	@ParameterizedTest
	@ValueSource(strings = { "192.0.2.0/24", "192.0.2.1", "2001:db8:0:0:0:0:0:0/32", "0.0.0.0/0" })
	void areShownAsTheyAreWritten(String network) {
		assertThat(Network.parse(network)).hasToString(network);
	}

	@Test
	void areOfTheLengthThatIsAskedFor() throws UnknownHostException {
		assertThat(Network.of(InetAddress.getByName("2001:db8:1:2:3:4:5:6")))
			.isEqualTo(Network.parse("2001:db8:1:2::/64"));
		assertThat(Network.of(InetAddress.getByName("192.0.2.1"))).isEqualTo(Network.parse("192.0.2.1"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "localhost", "example.com", "192.0.2", "192.0.2.1/33", "192.0.2.0/", "192.0.2.0/-1",
			"192.0.2.0/24/1", "192.0.2.1/24", "2001:db8::1/32", "2001:db8::/129", "1:2:3", "fe80::1%lo", "256.0.0.1",
			"10.0.0.0/ 8", "::ffff:192.0.2.1/96" })
	void areNothingElse(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text));
	}

}

package io.heliograph.device;

import java.nio.file.Path;
import java.time.Duration;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Bob comes with a client id of Alice's where it is anybody's. */
class AnybodysDeviceTests {

	@TempDir
	private static Path data;

	@AutoClose
	private static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "heliograph.client-id-ownership=any");
		Contested.addUsers(heliograph);
	}

	/** Its session is there. */
	private static void assertThatItIsAccepted(RawClient client) {
		assertThat(client.receive().body()).startsWith(1, 0);
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 5 })
	void readsAndAcknowledgesWhatWaitsAndThatIsTakenDown(int version) {
		Contested device = new Contested(heliograph, "waits-" + version);
		device.leaveMessages();
		try (RawClient bob = device.as(version, "bob", true)) {
			assertThatItIsAccepted(bob);
			for (int i = 0; i < 2; i++) {
				bob.send(RawClient.ack(0x40, bob.receive().packetId()));
			}
			bob.ping();
		}
		await().untilAsserted(() -> assertThat(device.queue()).as("acknowledged").isEmpty());
		await().untilAsserted(() -> assertThat(device.takeOvers()).containsExactly("bob from alice"));
		device.awaitAway();
		device.as(4, "alice", true).accepted().close();
		await().untilAsserted(() -> assertThat(device.takeOvers()).containsExactly("alice from bob", "bob from alice"));
		device.awaitAway();
		device.as(4, "bob", true).accepted().close();
		await().during(Duration.ofMillis(500))
			.untilAsserted(() -> assertThat(device.takeOvers()).as("once an hour").hasSize(2));
	}

	/** Also what was decided for her a moment before. */
	@Test
	void readsWhatHeMayAndNotWhatSheMay() {
		heliograph.rule("alice", "read", "only/alice");
		Contested device = new Contested(heliograph, "decided");
		try (RawClient alice = device.as(4, "alice", true).accepted().subscribed("only/alice", 1)) {
			alice.subscribed("t/decided", 1);
			heliograph.publish("only/alice", "hers", 0, false);
			assertThat(alice.receive().payload()).isEqualTo("hers");
			try (RawClient bob = device.as(4, "bob", true)) {
				assertThatItIsAccepted(bob);
				heliograph.publish("only/alice", "hers", 0, false);
				heliograph.publish("t/decided", "his", 0, false);
				assertThat(bob.receive().payload()).isEqualTo("his");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 5 })
	void takesOverWhileSheIsConnectedAndThatIsTakenDown(int version) {
		Contested device = new Contested(heliograph, "connected-" + version);
		try (RawClient alice = device.aliceWithAMessage(); RawClient bob = device.as(version, "bob", true)) {
			assertThatItIsAccepted(bob);
			assertThat(bob.receive().type()).isEqualTo(Contested.PUBLISH);
			assertThat(alice.closedByServer()).isTrue();
			bob.ping();
			await().untilAsserted(() -> assertThat(device.takeOvers()).containsExactly("bob from alice"));
		}
	}

}

package io.heliograph.device;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Bob comes with a client id of Alice's. */
class ForeignDeviceTests extends ServerTests {

	private static final int ROUNDS = 30;

	private static final byte[] DISCONNECT = { (byte) 0xe0, 0 };

	@BeforeAll
	static void addUsers() {
		Contested.addUsers(heliograph);
	}

	/** Not authorized, as the version says it. */
	private static void assertThatItIsRefused(RawClient client, int version) {
		Packet answer = client.receive();
		assertThat(answer.type()).as("CONNACK").isEqualTo(2);
		assertThat(answer.body()[1] & 0xff).isEqualTo((version == 5) ? 0x87 : 5);
		assertThat(client.closedByServer()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 5 })
	void neitherReadsNorAcknowledgesWhatWaitsForHer(int version) {
		Contested device = new Contested(heliograph, "waits-" + version);
		device.leaveMessages();
		try (RawClient bob = device.as(version, "bob", true)) {
			assertThatItIsRefused(bob, version);
		}
		try (RawClient bob = new RawClient(heliograph.mqttPort())) {
			// at once, as who does not wait for CONNACK
			bob.send(device.connect(version, "bob", true), RawClient.ack(0x40, 1), RawClient.ack(0x40, 2),
					device.subscribe(), DISCONNECT);
			assertThatItIsRefused(bob, version);
		}
		try (RawClient bob = device.as(version, "bob", false)) {
			assertThatItIsRefused(bob, version);
		}
		assertThat(device.queue()).containsExactly(false, false);
		try (RawClient alice = device.as(4, "alice", true).accepted()) {
			assertThat(alice.receive().payload()).isEqualTo("sent");
			assertThat(alice.receive().payload()).isEqualTo("queued");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 5 })
	void doesNotEndHerConnection(int version) {
		Contested device = new Contested(heliograph, "connected-" + version);
		try (RawClient alice = device.aliceWithAMessage(); RawClient bob = new RawClient(heliograph.mqttPort())) {
			bob.send(device.connect(version, "bob", false), RawClient.ack(0x40, 1));
			assertThatItIsRefused(bob, version);
			alice.ping();
			assertThat(device.queue()).as("not acknowledged").containsExactly(true);
			device.publish("next");
			assertThat(alice.receive().payload()).isEqualTo("next");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 5 })
	void isRefusedWhenHerSessionHasEnded(int version) {
		Contested device = new Contested(heliograph, "ended-" + version);
		device.as(version, "alice", false).accepted().close();
		device.awaitAway();
		assertThat(heliograph.sessions().all()).noneMatch((session) -> session.client().value().startsWith("ended"));
		try (RawClient bob = device.as(version, "bob", true)) {
			assertThatItIsRefused(bob, version);
		}
		assertThat(device.owner()).isEqualTo("alice");
	}

	@Test
	void isRefusedInTheMomentInWhichSheComesBack() throws Exception {
		Contested device = new Contested(heliograph, "comes-back");
		device.leaveMessages();
		for (int i = 0; i < ROUNDS; i++) {
			CyclicBarrier moment = new CyclicBarrier(2);
			CompletableFuture<Void> bobs = CompletableFuture.runAsync(() -> {
				try (RawClient bob = new RawClient(heliograph.mqttPort())) {
					await(moment);
					bob.send(device.connect(4, "bob", true), RawClient.ack(0x40, 1));
					assertThatItIsRefused(bob, 4);
				}
			});
			// her connection before was cut, and may not have come to its end
			try (RawClient alice = new RawClient(heliograph.mqttPort())) {
				await(moment);
				alice.send(device.connect(4, "alice", true)).accepted();
				assertThat(alice.receive().payload()).isEqualTo("sent");
				assertThat(alice.receive().payload()).isEqualTo("queued");
				bobs.join();
				alice.ping();
			}
		}
	}

	@Test
	void hasANewOneForHimselfOnlyIfHeIsFirst() throws Exception {
		for (int i = 0; i < ROUNDS; i++) {
			Contested device = new Contested(heliograph, "new-" + i);
			CyclicBarrier moment = new CyclicBarrier(2);
			List<CompletableFuture<Boolean>> both = List.of("alice", "bob")
				.stream()
				.map((user) -> CompletableFuture.supplyAsync(() -> {
					try (RawClient client = new RawClient(heliograph.mqttPort())) {
						await(moment);
						return client.send(device.connect(4, user, true)).receive().body()[1] == 0;
					}
				}))
				.toList();
			boolean alice = both.get(0).join();
			boolean bob = both.get(1).join();
			assertThat(alice).as("one of them").isNotEqualTo(bob);
			assertThat(device.owner()).isEqualTo(alice ? "alice" : "bob");
		}
	}

	private static void await(CyclicBarrier moment) {
		try {
			moment.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}

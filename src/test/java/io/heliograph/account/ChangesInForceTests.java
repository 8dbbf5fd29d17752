package io.heliograph.account;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What was changed is in force for many connections when the change is answered. */
class ChangesInForceTests extends ServerTests {

	private static final String RULES = "/api/admin/acl/rules";

	private static final int MANY = 1_000;

	private static final int BEFORE = 40;

	private static final int AFTERWARDS = 20;

	private static final int PUBLISH = 3;

	/** As many as are sent and not acknowledged. */
	private static final int WINDOW = 20;

	private static final String END = "end";

	private final List<RawClient> clients = new ArrayList<>();

	/** The number of the message that was published last, or is being published. */
	private final AtomicInteger last = new AtomicInteger();

	@BeforeAll
	static void addUsers() {
		heliograph.user("reader").user("writer");
		heliograph.rule("writer", "write", "#");
		grantEveryone("end");
		// the password is known from here on
		RawClient.loggedIn(heliograph.mqttPort(), "reader", "first").close();
	}

	private static long grantEveryone(String topic) {
		return admin.post(RULES, "{'scope':'everyone','access':'read','topic':'%s'}".formatted(topic))
			.expect(201)
			.json()
			.get("id")
			.asLong();
	}

	/** Connects many, each with a subscription to the topic and to the end. */
	private void connect(int count, String topic, IntFunction<Integer> qos) {
		for (int i = 0; i < count; i++) {
			this.clients.add(new RawClient(heliograph.mqttPort()).patience(Duration.ofMinutes(1))
				.send(RawClient.connect("reader", "reader-secret", topic + "-" + i, true)));
		}
		this.clients.forEach(RawClient::accepted);
		for (int i = 0; i < count; i++) {
			this.clients.get(i)
				.send(RawClient.subscribe(1, topic, qos.apply(i)), RawClient.subscribe(2, "end", qos.apply(i)));
		}
		for (RawClient client : this.clients) {
			for (int packetId = 1; packetId <= 2; packetId++) {
				Packet suback = client.receive();
				assertThat(suback.type()).isEqualTo(9);
				assertThat(suback.body()[2]).as("granted QoS").isBetween((byte) 0, (byte) 1);
			}
		}
	}

	@AfterEach
	void disconnect() {
		this.clients.forEach(RawClient::close);
	}

	/** Publishes numbers, over MQTT and HTTP at once. */
	private List<CompletableFuture<Void>> flood(String topic, BooleanSupplier goesOn) {
		return List.of(CompletableFuture.runAsync(() -> {
			try (RawClient writer = RawClient.loggedIn(heliograph.mqttPort(), "writer", topic + "-writer")
				.patience(Duration.ofMinutes(1))) {
				while (goesOn.getAsBoolean()) {
					writer.send(RawClient.publish(topic, number(), 1, 1));
					assertThat(writer.receive().type()).as("PUBACK").isEqualTo(4);
				}
			}
		}), CompletableFuture.runAsync(() -> {
			while (goesOn.getAsBoolean()) {
				heliograph.publish(topic, number(), 1, false);
			}
		}));
	}

	private String number() {
		return String.valueOf(this.last.incrementAndGet());
	}

	/** Reads and acknowledges until the end comes; returns the numbers that came. */
	private static List<Integer> receiveUntilEnd(RawClient client) {
		List<Integer> numbers = new ArrayList<>();
		while (true) {
			Packet packet = client.receive();
			assertThat(packet.type()).isEqualTo(PUBLISH);
			if (packet.qos() == 1) {
				client.send(RawClient.ack(0x40, packet.packetId()));
			}
			if (packet.payload().equals(END)) {
				return numbers;
			}
			numbers.add(Integer.valueOf(packet.payload()));
		}
	}

	private static void join(List<CompletableFuture<Void>> publishers) {
		assertThat(CompletableFuture.allOf(publishers.toArray(CompletableFuture[]::new)))
			.succeedsWithin(Duration.ofMinutes(1));
	}

	@Test
	void nothingIsSentByARuleThatWasRemovedThoughThousandsOfCopiesAreOnTheirWay() throws InterruptedException {
		long rule = grantEveryone("flood");
		connect(MANY, "flood", (i) -> i % 2);
		AtomicInteger end = new AtomicInteger(Integer.MAX_VALUE);
		List<CompletableFuture<Void>> publishers = flood("flood", () -> this.last.get() < end.get());
		while (this.last.get() < BEFORE && publishers.stream().noneMatch(CompletableFuture::isDone)) {
			Thread.sleep(1);
		}
		admin.delete(RULES + "/" + rule).expect(204);
		int lastBefore = this.last.get();
		end.set(lastBefore + AFTERWARDS);
		join(publishers);
		heliograph.publish("end", END, 1, false);
		for (RawClient client : this.clients) {
			List<Integer> numbers = receiveUntilEnd(client);
			assertThat(numbers).isNotEmpty().allMatch((number) -> number <= lastBefore);
		}
	}

	@Test
	void whatWaitsIsNotSentByARuleThatWasRemoved() {
		long rule = grantEveryone("waits");
		connect(MANY / 10, "waits", (i) -> 1);
		join(flood("waits", () -> this.last.get() < 2 * WINDOW));
		admin.delete(RULES + "/" + rule).expect(204);
		heliograph.publish("end", END, 1, false);
		for (RawClient client : this.clients) {
			assertThat(receiveUntilEnd(client)).as("what was sent before").hasSize(WINDOW);
		}
	}

	@Test
	void eachConnectionOfAUserIsAtItsEndOnceTheUserIsDisabled() {
		long rule = grantEveryone("disabled");
		connect(MANY / 2, "disabled", (i) -> 0);
		AtomicInteger end = new AtomicInteger(Integer.MAX_VALUE);
		List<CompletableFuture<Void>> publishers = flood("disabled", () -> this.last.get() < end.get());
		try {
			admin.put("/api/admin/users/reader", "{'enabled':false}").expect(200);
			end.set(0);
			for (RawClient client : this.clients) {
				assertThat(client.patience(Duration.ofSeconds(1)).closedByServer()).isTrue();
			}
			join(publishers);
		}
		finally {
			end.set(0);
			admin.put("/api/admin/users/reader", "{'enabled':true}").expect(200);
			admin.delete(RULES + "/" + rule).expect(204);
		}
	}

}

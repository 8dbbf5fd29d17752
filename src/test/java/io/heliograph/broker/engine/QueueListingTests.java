package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Priority;
import io.heliograph.broker.Queued;
import io.heliograph.broker.Slice;
import io.heliograph.broker.Slice.Cursor;
import io.heliograph.broker.rows.Families;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import io.heliograph.testing.MovedClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** A queue that is listed slice by slice. */
class QueueListingTests {

	private static final ClientId DEVICE = new ClientId("device");

	private static final int WINDOW = 20;

	private static final int MANY = 4_000;

	private final MovedClock clock = new MovedClock();

	private final CutStore store = new CutStore();

	/** Whose queues have no limit. */
	private final TestEngine engine = new TestEngine(this.store, this.clock, 0, TestEngines.KEEP_ALL);

	private final TestClient device = this.engine.client(DEVICE.value());

	@AfterEach
	void close() {
		this.engine.close();
	}

	private Slice<Queued> slice(@Nullable Cursor from, int limit) {
		this.engine.settle();
		return this.engine.engine().sessions().of(DEVICE, from, limit);
	}

	private List<Queued> rest(@Nullable Cursor from, int limit) {
		List<Queued> rest = new ArrayList<>();
		for (Cursor next = from; next != null;) {
			Slice<Queued> slice = slice(next, limit);
			rest.addAll(slice.items());
			assertThat(rest).as("it ends").hasSizeLessThanOrEqualTo(MANY);
			next = slice.next();
		}
		return rest;
	}

	private List<Queued> all(int limit) {
		Slice<Queued> first = slice(null, limit);
		List<Queued> all = new ArrayList<>(first.items());
		all.addAll(rest(first.next(), limit));
		return all;
	}

	private void publish(String topic, Qos qos, Priority priority) {
		this.engine.publish(new Message(MessageId.next(0), new Topic(topic), new byte[1], qos, false, null, priority,
				MessageProperties.NONE, null));
	}

	private void publish(int count) {
		List<Message> messages = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			messages.add(TestMessages.message("t"));
		}
		this.engine.engine().publish(messages).toCompletableFuture().join();
	}

	private void connect(long expirySeconds) {
		this.device.connect(expirySeconds);
		this.device.subscribe("#");
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, Opening.NEVER })
	void tellsWhatComesNext(long expirySeconds) {
		this.device.receiveMaximum(2);
		connect(expirySeconds);
		publish("a", Qos.AT_LEAST_ONCE, Priority.NORMAL);
		publish("b", Qos.EXACTLY_ONCE, Priority.HIGH);
		this.device.receive();
		publish("c", Qos.AT_LEAST_ONCE, Priority.NORMAL);
		publish("d", Qos.AT_MOST_ONCE, Priority.NORMAL);
		publish("e", Qos.AT_LEAST_ONCE, Priority.HIGH);
		publish("f", Qos.AT_MOST_ONCE, Priority.HIGH);
		publish("g", Qos.AT_MOST_ONCE, Priority.NORMAL);
		for (int limit = 1; limit <= 8; limit++) {
			assertThat(all(limit)).as("in slices of " + limit)
				.extracting((one) -> one.position() + " " + one.topic() + " " + one.qos().level() + " " + one.fate())
				.containsExactly("1 b 2 SENT", "2 a 1 SENT", "3 e 1 QUEUED", "4 f 0 QUEUED", "5 c 1 QUEUED",
						"6 d 0 QUEUED", "7 g 0 QUEUED");
		}
	}

	@Test
	void tellsWhatItIs() {
		connect(Opening.NEVER);
		Instant expiry = this.clock.instant().plusSeconds(10);
		Message alone = TestMessages.expiring("t", expiry);
		this.engine.publish(alone);
		Message notified = TestMessages.message("longer/topic", Qos.EXACTLY_ONCE);
		this.engine.notify(TestMessages.notification(notified, Audience.SUBSCRIBERS));
		assertThat(all(10)).containsExactly(
				new Queued(1, alone.id(), alone.topic(), Qos.AT_LEAST_ONCE, SharedMessage.of(alone).size(), Fate.QUEUED,
						expiry),
				new Queued(2, notified.id(), notified.topic(), Qos.EXACTLY_ONCE, SharedMessage.of(notified).size(),
						Fate.QUEUED, null));
	}

	@Test
	void isEmptyWithoutASession() {
		assertThat(slice(null, 10)).isEqualTo(new Slice<>(List.of(), null));
	}

	@Test
	void looksAtABoundedNumberHoweverManyAreWanted() {
		connect(Opening.NEVER);
		this.device.leave();
		publish(MANY);
		Slice<Queued> slice = slice(null, Integer.MAX_VALUE);
		assertThat(slice.items()).hasSize(1_000);
		assertThat(rest(slice.next(), Integer.MAX_VALUE)).hasSize(MANY - 1_000);
	}

	@Test
	void readsNothingOfWhatComesBefore() {
		connect(Opening.NEVER);
		this.device.leave();
		publish(MANY);
		Slice<Queued> slice = slice(null, 1_000);
		for (int i = 0; i < 2; i++) {
			slice = slice(slice.next(), 1_000);
		}
		int before = this.store.visits(Families.QUEUE);
		Slice<Queued> deep = slice(slice.next(), 10);
		assertThat(deep.items()).extracting(Queued::position)
			.containsExactlyElementsOf(LongStream.rangeClosed(3_001, 3_010).boxed().toList());
		assertThat(this.store.visits(Families.QUEUE) - before).isLessThanOrEqualTo(11);
	}

	/** Whatever is sent and acknowledged, and comes, between two slices. */
	@ParameterizedTest
	@ValueSource(longs = { 0, Opening.NEVER })
	void listsWhatStaysOnce(long expirySeconds) {
		connect(expirySeconds);
		publish(MANY / 4);
		publish("high", Qos.AT_LEAST_ONCE, Priority.HIGH);
		List<Copy> sent = this.device.receive();
		Set<MessageId> gone = new HashSet<>();
		List<Queued> listed = new ArrayList<>();
		int slices = 0;
		@Nullable Cursor next = null;
		do {
			Slice<Queued> slice = slice(next, 7);
			listed.addAll(slice.items());
			assertThat(listed).as("it ends").hasSizeLessThan(MANY);
			next = slice.next();
			// when what waits is listed, the device overtakes the listing, and waits then
			if (slices >= 5 && slices < 10) {
				sent.forEach((copy) -> this.device.acknowledge(copy.packetId()));
				sent.forEach((copy) -> gone.add(copy.shared().message().id()));
				sent = this.device.receive();
			}
			slices++;
			publish("high", Qos.AT_LEAST_ONCE, Priority.HIGH);
		}
		while (next != null);
		assertThat(listed).extracting(Queued::message).doesNotHaveDuplicates();
		assertThat(listed).extracting(Queued::position)
			.containsExactlyElementsOf(LongStream.rangeClosed(1, listed.size()).boxed().toList());
		assertThat(gone).hasSizeGreaterThan(2 * WINDOW);
		List<MessageId> stayed = new ArrayList<>(
				all(100).stream().filter((one) -> one.topic().name().equals("t")).map(Queued::message).toList());
		assertThat(stayed).isNotEmpty();
		assertThat(listed).extracting(Queued::message).containsAll(stayed);
	}

	@Test
	void takesNoCursorOfSomethingElse() {
		connect(Opening.NEVER);
		publish(1);
		for (byte[] key : List.of(new byte[0], new byte[32], new byte[34])) {
			assertThatIllegalArgumentException().isThrownBy(() -> slice(new Cursor(key), 10));
		}
		byte[] negative = new byte[33];
		negative[16] = 1;
		for (int i : new int[] { 0, 1, 9, 17, 25 }) {
			byte[] key = negative.clone();
			key[i] = (byte) 0x80;
			assertThatIllegalArgumentException().isThrownBy(() -> slice(new Cursor(key), 10));
		}
	}

	@Test
	void readsAnyCursorWithoutHarm() {
		connect(Opening.NEVER);
		publish(3);
		byte[] last = new byte[33];
		last[0] = 100;
		last[16] = 1;
		assertThat(slice(new Cursor(last), 10).items()).isEmpty();
		byte[] most = new byte[33];
		Arrays.fill(most, (byte) 0x7f);
		most[0] = 0;
		assertThat(slice(new Cursor(most), 10).items()).hasSizeLessThanOrEqualTo(3);
	}

}

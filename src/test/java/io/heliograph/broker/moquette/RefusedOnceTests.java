package io.heliograph.broker.moquette;

import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.heliograph.account.Admission;
import io.heliograph.account.MqttClient;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.testing.LoggedLines;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A client that gives more than one reason to be refused. */
class RefusedOnceTests {

	private static final int CONNACK = 2;

	private static final byte[] PINGREQ = { (byte) 0xc0, 0 };

	private static final byte[] DISCONNECT = { (byte) 0xe0, 0 };

	/** Its filter goes beyond its end. */
	private static final byte[] BROKEN = RawClient.packet(0x82, new PacketBody().number(1).number(0xffff).bytes(1));

	private final TestAccess access = new TestAccess();

	@AutoClose
	private final TestBroker broker = new TestBroker(this.access);

	@AutoClose
	private final LoggedLines log = new LoggedLines(ConnectionLog.class);

	/** Ends the broker, after which nothing is logged any more. */
	private void assertThatTheLogHas(String... reasons) {
		this.broker.close();
		assertThat(this.log.all()).extracting((line) -> line.getFormattedMessage().replaceFirst(".*?: ", ""))
			.containsExactly(reasons);
	}

	private static byte[] connectWithWrongPassword() {
		return RawClient.packet(0x10,
				new PacketBody().text("MQTT").bytes(4, 0xc2).number(0).text("device").text("user").text("wrong"));
	}

	private static void isAnswered(int code, RawClient client) {
		Packet answer = client.receive();
		assertThat(answer.type()).isEqualTo(CONNACK);
		assertThat(answer.body()[1]).isEqualTo((byte) code);
		assertThat(client.receiveOrClosed()).isNull();
	}

	@Test
	void isRefusedForItsPasswordOnly() {
		try (RawClient client = new RawClient(this.broker.port()).send(connectWithWrongPassword(), BROKEN)) {
			isAnswered(5, client);
		}
		assertThatTheLogHas("user name or password are wrong, or the user is disabled");
	}

	@Test
	void isRefusedForItsVersionOnly() {
		try (RawClient client = new RawClient(this.broker.port()).send(RawClient.connect(9, "device", true), BROKEN)) {
			isAnswered(1, client);
		}
		assertThatTheLogHas("MQTT is an unknown protocol name");
	}

	@Test
	void isNotRefusedAfterItsGoodBye() {
		try (RawClient client = RawClient.connected(this.broker.port(), "device", true)) {
			client.ping();
			assertThat(client.send(DISCONNECT, BROKEN).receiveOrClosed()).isNull();
		}
		assertThatTheLogHas();
	}

	/** All that it published and that waits for the disk is refused when that is full. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void isRefusedForTheFirstThatIsNotTakenUnlessItIsGone(boolean gone) throws Exception {
		RawClient client = RawClient.connected(this.broker.port(), "device", true);
		client.ping();
		Channel channel = this.broker.channelOf(client.localPort());
		Guard guard = channel.pipeline().get(Guard.class);
		Connection connection = Objects.requireNonNull(guard.opened()).connection();
		if (gone) {
			client.close();
			await().until(() -> channel.eventLoop().submit(guard::phase).get() == Phase.CLOSED);
		}
		channel.eventLoop().submit(() -> {
			connection.fail(new ProtocolViolation(ReasonCode.QUOTA_EXCEEDED, "the first"));
			// of another kind, which has a line of its own
			connection.fail(new ProtocolViolation(ReasonCode.UNSPECIFIED, "another"));
		}).get();
		await().until(() -> !channel.isActive());
		if (!gone) {
			client.close();
		}
		assertThatTheLogHas(gone ? new String[0] : new String[] { "the first" });
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void isRefusedForItsLatenessOnlyIfTheChannelIsNotClosedAtOnce(boolean connects) throws Exception {
		try (RawClient client = new RawClient(this.broker.port())) {
			Channel channel = this.broker.channelOf(client.localPort());
			HeldClose held = HeldClose.in(channel);
			Guard guard = channel.pipeline().get(Guard.class);
			await().until(() -> held.asked.get() == 1);
			client.send(connects ? RawClient.connect(4, "device", true) : PINGREQ);
			await().until(() -> channel.eventLoop().submit(guard::received).get() == 1);
			assertThat(channel.eventLoop().submit(guard::phase).get()).isEqualTo(Phase.CLOSED);
			assertThat(held.asked).hasValue(1);
		}
		assertThatTheLogHas("no CONNECT within 2000 ms");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void isNotAnsweredOnceItWasRefusedForWantOfAnAnswer(boolean wrong) throws Exception {
		CompletableFuture<Admission> decision = new CompletableFuture<>();
		this.access.admission(decision);
		try (RawClient client = new RawClient(this.broker.port())) {
			Channel channel = this.broker.channelOf(client.localPort());
			HeldClose held = HeldClose.in(channel);
			client.send(RawClient.connect(4, "device", true));
			await().until(() -> held.asked.get() == 1);
			decision.complete(wrong ? new Admission.BadCredentials() : new Admission.Admitted(
					new MqttClient(null, new ClientId("device"), InetAddress.getLoopbackAddress())));
			channel.eventLoop().submit(() -> {
			}).get();
			assertThat(this.broker.engine().sessions().all()).isEmpty();
			channel.pipeline().remove(held);
			channel.close();
			assertThat(client.receiveOrClosed()).isNull();
		}
		assertThatTheLogHas("its CONNECT was not answered within 4000 ms");
	}

	@Test
	void isClosedWithoutAnAnswerIfTheAnswerFails() {
		this.access.admission(CompletableFuture.failedFuture(new IllegalStateException("a defect")));
		isClosedForADefect();
	}

	@Test
	void isClosedWithoutAnAnswerIfTheHandshakeFails() {
		this.access.beforeStanding(() -> {
			throw new IllegalStateException("a defect");
		});
		isClosedForADefect();
	}

	private void isClosedForADefect() {
		try (RawClient client = new RawClient(this.broker.port()).send(RawClient.connect(4, "device", true), BROKEN)) {
			assertThat(client.receiveOrClosed()).isNull();
		}
		this.broker.close();
		assertThat(this.log.all()).singleElement()
			.extracting(ILoggingEvent::getFormattedMessage)
			.asString()
			.startsWith("Closed the connection of 'device' at ")
			.endsWith(" because serving it failed");
	}

	/** The end of a channel that takes its time, as that of a WebSocket may. */
	private static final class HeldClose extends ChannelOutboundHandlerAdapter {

		private final AtomicInteger asked = new AtomicInteger();

		static HeldClose in(Channel channel) {
			HeldClose held = new HeldClose();
			channel.pipeline().addFirst(held);
			return held;
		}

		@Override
		public void close(ChannelHandlerContext context, ChannelPromise promise) {
			this.asked.incrementAndGet();
		}

	}

}

package io.heliograph.broker.moquette;

import java.io.IOException;
import java.util.Optional;

import io.heliograph.broker.SessionView;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Logins that end, and lines that are cut, while a session is opened. */
class HandshakeTests {

	private static final int CONNACK = 2;

	private final TestAccess access = new TestAccess();

	private final TestBroker broker = new TestBroker(this.access);

	private RawClient heir;

	@BeforeEach
	void connectTheHeir() {
		this.heir = RawClient.connected(this.broker.port(), "heir", true).subscribed("wills", 0);
		// both checks of its login are over
		this.heir.ping();
	}

	@AfterEach
	void close() {
		this.heir.close();
		this.broker.close();
	}

	/** A CONNECT of version 5 with a will, of a session that is kept so long. */
	private static byte[] connect(int expirySeconds) {
		return RawClient.packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(5, 0xc4)
					.number(0)
					.sized(new PacketBody().bytes(0x11, 0, 0, 0, expirySeconds))
					.text("device")
					.sized(new PacketBody())
					.text("wills")
					.text("the will")
					.text("user")
					.text("user"));
	}

	private Optional<SessionView> session() {
		return this.broker.engine().sessions().find(new ClientId("device"));
	}

	private void assertThatItIsKept() {
		assertThat(session()).hasValueSatisfying((session) -> {
			assertThat(session.kept()).isTrue();
			assertThat(session.connected()).isFalse();
		});
	}

	/** Asks for a session and publishes at once; the login ends before it is served. */
	private void connectAndBeClosed(int expirySeconds) {
		this.access.letStand(1);
		try (RawClient device = new RawClient(this.broker.port())) {
			device.send(connect(expirySeconds), RawClient.publish5("wills", "hasty", 0, 0, new PacketBody()));
			Packet answer = device.receive();
			assertThat(answer.type()).isEqualTo(CONNACK);
			assertThat(answer.body()[1]).isZero();
			assertThat(device.receiveOrClosed()).isNull();
		}
	}

	/** Neither a will nor what was published. */
	private void assertThatNothingWasSent() {
		this.broker.life().canary().toCompletableFuture().join();
		this.heir.ping();
	}

	@Test
	void keepsTheSessionOfALoginThatEndedWhileItWasOpened() {
		connectAndBeClosed(100);
		assertThatItIsKept();
		assertThatNothingWasSent();
		this.access.letStand(2);
		try (RawClient device = new RawClient(this.broker.port())) {
			assertThat(device.send(connect(100)).receive().body()[0]).as("session present").isOne();
		}
	}

	@Test
	void endsTheSessionOfALoginThatEndedWhileItWasOpenedIfItDoesNotOutliveTheConnection() {
		connectAndBeClosed(0);
		assertThat(session()).isEmpty();
		assertThatNothingWasSent();
	}

	@Test
	void endsTheSessionOfAUserThatWasDeletedWhileItWasOpened() {
		this.access.forgetUsers();
		connectAndBeClosed(100);
		assertThat(session()).isEmpty();
		assertThatNothingWasSent();
	}

	@Test
	void refusesALoginThatEndedBeforeASessionWasOpened() {
		this.access.letStand(0);
		try (RawClient device = new RawClient(this.broker.port())) {
			Packet answer = device.send(connect(100)).receive();
			assertThat(answer.type()).isEqualTo(CONNACK);
			assertThat(answer.body()[1] & 0xff).as("not authorized").isEqualTo(0x87);
			assertThat(device.receiveOrClosed()).isNull();
		}
		try (RawClient device = new RawClient(this.broker.port())) {
			Packet answer = device.send(RawClient.connect(4, "device", true)).receive();
			assertThat(answer.body()[1]).as("not authorized").isEqualTo((byte) 5);
			assertThat(device.receiveOrClosed()).isNull();
		}
		assertThat(session()).isEmpty();
		assertThatNothingWasSent();
	}

	@Test
	void closesAConnectionWhoseAnswerCannotBeWritten() {
		connectAndGetNoAnswer();
		assertThatItIsKept();
		// nor is there anything of it that a new connection would have to end
		try (RawClient device = new RawClient(this.broker.port())) {
			assertThat(device.send(connect(100)).receive().body()[0]).as("session present").isOne();
			device.ping();
		}
	}

	@Test
	void endsTheSessionOfADeletedUserWhoseAnswerCannotBeWritten() {
		this.access.forgetUsers();
		connectAndGetNoAnswer();
		assertThat(session()).isEmpty();
	}

	/** The session is opened, and the line lost, by which the will is due. */
	private void connectAndGetNoAnswer() {
		try (RawClient device = new RawClient(this.broker.port())) {
			ChannelPipeline pipeline = this.broker.channelOf(device.localPort()).pipeline();
			pipeline.addBefore(pipeline.context(Guard.class).name(), "failing", new FailingWrites());
			assertThat(device.send(connect(100)).receiveOrClosed()).isNull();
			assertThat(this.heir.receive().payload()).isEqualTo("the will");
		}
	}

	@Test
	void leavesNoConnectionToAClientThatIsGoneBeforeItsAnswer() {
		RawClient device = new RawClient(this.broker.port());
		this.access.beforeStanding(device::close);
		device.send(connect(100));
		assertThat(this.heir.receive().payload()).isEqualTo("the will");
		await().untilAsserted(this::assertThatItIsKept);
	}

	/** A line on which nothing goes out. */
	private static final class FailingWrites extends ChannelOutboundHandlerAdapter {

		@Override
		public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
			ReferenceCountUtil.release(packet);
			promise.setFailure(new IOException("the line is cut"));
		}

	}

}

package io.heliograph.longrun;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/**
 * A device with MQTT 3.1.1 and a session that is kept, which comes back when its
 * connection ends: after a second, then after twice as long each time, 8 s at most, all
 * of it by chance half to one and a half times as long. It subscribes where it finds no
 * session, and is back when a PINGREQ is answered.
 */
final class ReturningDevice {

	private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

	/** From CONNECT to the answer to PINGREQ. */
	private static final long ANSWER_TIMEOUT_SECONDS = 10;

	private static final int KEEP_ALIVE_SECONDS = 600;

	private static final int MAX_DOUBLINGS = 3;

	private final EventLoop loop;

	private final Bootstrap bootstrap;

	private final String name;

	private final String password;

	private int attempts;

	private @Nullable Channel channel;

	private volatile boolean back;

	private volatile boolean stopped;

	/** By {@link System#nanoTime}. */
	private volatile long backAt;

	private volatile int connections;

	private volatile int refusals;

	ReturningDevice(EventLoopGroup loops, int port, String name, String password) {
		this.loop = loops.next();
		this.bootstrap = new Bootstrap().group(this.loop)
			.channel(NioSocketChannel.class)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
			.handler(new ChannelInitializer<>() {

				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(new MqttDecoder(), MqttEncoder.INSTANCE, new Handler());
				}

			})
			.remoteAddress("127.0.0.1", port);
		this.name = name;
		this.password = password;
	}

	void start() {
		this.loop.execute(this::connect);
	}

	/** From here on it does not come back. */
	void stop() {
		this.stopped = true;
		this.loop.execute(() -> {
			if (this.channel != null) {
				this.channel.close();
			}
		});
	}

	/** Whether its PINGREQ was answered in the connection of this moment. */
	boolean isBack() {
		return this.back;
	}

	/** When it was back, by {@link System#nanoTime}. */
	long backAt() {
		return this.backAt;
	}

	/** How many connections it asked for, in all. */
	int connections() {
		return this.connections;
	}

	/** How many of its CONNECTs were answered with a refusal, in all. */
	int refusals() {
		return this.refusals;
	}

	private void connect() {
		if (this.stopped) {
			return;
		}
		this.connections++;
		ChannelFuture connected = this.bootstrap.connect();
		this.channel = connected.channel();
		connected.channel().closeFuture().addListener((closed) -> comeAgain());
	}

	private void comeAgain() {
		if (this.back) {
			this.attempts = 0;
			this.back = false;
		}
		long pause = TimeUnit.SECONDS.toMillis(1) << Math.min(this.attempts++, MAX_DOUBLINGS);
		if (!this.stopped) {
			this.loop.schedule(this::connect, pause / 2 + ThreadLocalRandom.current().nextLong(pause),
					TimeUnit.MILLISECONDS);
		}
	}

	private final class Handler extends SimpleChannelInboundHandler<MqttMessage> {

		@Override
		public void channelActive(ChannelHandlerContext context) {
			context.writeAndFlush(MqttMessageBuilders.connect()
				.protocolVersion(MqttVersion.MQTT_3_1_1)
				.clientId(ReturningDevice.this.name)
				.username(ReturningDevice.this.name)
				.password(ReturningDevice.this.password.getBytes(StandardCharsets.US_ASCII))
				.cleanSession(false)
				.keepAlive(KEEP_ALIVE_SECONDS)
				.build());
			context.executor().schedule(() -> {
				if (!ReturningDevice.this.back) {
					context.close();
				}
			}, ANSWER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
		}

		@Override
		protected void channelRead0(ChannelHandlerContext context, MqttMessage packet) {
			if (packet instanceof MqttConnAckMessage answer) {
				answered(context, answer);
			}
			else if (packet.fixedHeader().messageType() == MqttMessageType.SUBACK) {
				context.writeAndFlush(MqttMessage.PINGREQ);
			}
			else if (packet.fixedHeader().messageType() == MqttMessageType.PINGRESP) {
				ReturningDevice.this.backAt = System.nanoTime();
				ReturningDevice.this.back = true;
			}
		}

		private void answered(ChannelHandlerContext context, MqttConnAckMessage answer) {
			if (answer.variableHeader().connectReturnCode() != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
				ReturningDevice.this.refusals++;
				context.close();
			}
			else if (answer.variableHeader().isSessionPresent()) {
				context.writeAndFlush(MqttMessage.PINGREQ);
			}
			else {
				context.writeAndFlush(MqttMessageBuilders.subscribe()
					.messageId(1)
					.addSubscription(MqttQoS.AT_LEAST_ONCE, "to/" + ReturningDevice.this.name)
					.build());
			}
		}

		/** As when a server is killed. */
		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

	}

}

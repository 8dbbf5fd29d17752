package io.heliograph.longrun;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttVersion;

/**
 * Strangers who send CONNECTs with passwords that somebody might have chosen, so many in
 * a second whatever becomes of them, half of them for users that there are, half for
 * nobody's names. Each waits for its answer and is gone. What came of them is counted
 * from {@link #countAnew} on.
 */
final class WrongPasswords implements AutoCloseable {

	/** Those of each moment: what would be more is left out, and counted. */
	private static final int MAX_OPEN = 4_000;

	private static final long TICK_MILLIS = 5;

	private static final int TIMEOUT_SECONDS = 20;

	/** How many came so far as to send their CONNECT. */
	static final String SENT = "sent";

	private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final ConcurrentMap<String, LongAdder> outcomes = new ConcurrentHashMap<>();

	private final AtomicInteger open = new AtomicInteger();

	private final int port;

	private final int perSecond;

	private final int addresses;

	private final int users;

	private final long start = System.nanoTime();

	private long due;

	/**
	 * @param addresses how many addresses they come from, or 0 for 127.0.0.1
	 * @param users how many users there are, by the names of {@link FleetUsers#name}
	 */
	WrongPasswords(int port, int perSecond, int addresses, int users) {
		this.port = port;
		this.perSecond = perSecond;
		this.addresses = addresses;
		this.users = users;
		this.loop.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
	}

	private void tick() {
		long wanted = (System.nanoTime() - this.start) * this.perSecond / TimeUnit.SECONDS.toNanos(1);
		for (; this.due < wanted; this.due++) {
			if (this.open.get() >= MAX_OPEN) {
				count("left out");
			}
			else {
				begin();
			}
		}
	}

	private void begin() {
		this.open.incrementAndGet();
		Bootstrap bootstrap = new Bootstrap().group(this.loop)
			.channel(NioSocketChannel.class)
			.option(ChannelOption.SO_LINGER, 0)
			.handler(new ChannelInitializer<>() {

				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(new MqttDecoder(), MqttEncoder.INSTANCE, new Handler());
				}

			});
		InetSocketAddress server = new InetSocketAddress("127.0.0.1", this.port);
		int address = (this.addresses > 0) ? (int) (this.due % this.addresses) : 0;
		ChannelFuture connected = (this.addresses > 0)
				? bootstrap.connect(server,
						new InetSocketAddress("127.1." + address / 250 + "." + (1 + address % 250), 0))
				: bootstrap.connect(server);
		connected.channel().closeFuture().addListener((closed) -> this.open.decrementAndGet());
		connected.addListener((done) -> {
			if (!done.isSuccess()) {
				count("not connected");
			}
		});
	}

	private void count(String outcome) {
		this.outcomes.computeIfAbsent(outcome, (name) -> new LongAdder()).increment();
	}

	void countAnew() {
		this.outcomes.clear();
	}

	/** What became of them, and how often. */
	Map<String, Long> outcomes() {
		Map<String, Long> all = new TreeMap<>();
		this.outcomes.forEach((outcome, count) -> all.put(outcome, count.sum()));
		return all;
	}

	@Override
	public void close() {
		this.loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
	}

	private final class Handler extends SimpleChannelInboundHandler<MqttMessage> {

		private boolean answered;

		@Override
		public void channelActive(ChannelHandlerContext context) {
			ThreadLocalRandom random = ThreadLocalRandom.current();
			String stranger = Long.toString(random.nextLong(Long.MAX_VALUE), 36);
			context.writeAndFlush(MqttMessageBuilders.connect()
				.protocolVersion(MqttVersion.MQTT_3_1_1)
				.clientId("stranger-" + stranger)
				.username(random.nextBoolean() ? FleetUsers.name(random.nextInt(WrongPasswords.this.users))
						: "nobody-" + stranger)
				.password(("wrong-" + stranger).getBytes(StandardCharsets.US_ASCII))
				.cleanSession(true)
				.build());
			count(SENT);
			context.executor().schedule(() -> context.close(), TIMEOUT_SECONDS, TimeUnit.SECONDS);
		}

		@Override
		protected void channelRead0(ChannelHandlerContext context, MqttMessage packet) {
			if (packet instanceof MqttConnAckMessage answer) {
				this.answered = true;
				count("answered " + answer.variableHeader().connectReturnCode().byteValue());
			}
			context.close();
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			if (!this.answered) {
				count("closed without an answer");
			}
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

	}

}

package io.heliograph.broker.moquette;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Banned;
import io.heliograph.account.LoginsRevoked;
import io.heliograph.account.RulesChanged;
import io.heliograph.broker.BrokerLife;
import io.heliograph.broker.engine.CurrentEngine;
import io.heliograph.broker.engine.Engine;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.web.Problem;
import io.moquette.broker.MoquetteSeam;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The listeners and their threads. It starts before the HTTP side and stops after it, so
 * that who may still publish finds a broker.
 */
@Component
final class MoquetteBroker implements SmartLifecycle, BrokerLife, CurrentEngine.Surroundings {

	private static final Logger logger = LoggerFactory.getLogger(MoquetteBroker.class);

	/** Lower than the phases of the HTTP server. */
	private static final int PHASE = 0;

	private static final int BACKLOG = 1024;

	private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

	private static final long GOODBYE_SECONDS = 5;

	/** Much less than a minute, after which a stop ends whatever hangs. */
	private static final long THREADS_SECONDS = 10;

	private static final long CHANGE_SECONDS = 5;

	private final CurrentEngine engine;

	private final AccessControl access;

	private final BrokerSettings settings;

	private final Clock clock;

	private volatile @Nullable Running running;

	/**
	 * Once it is started it listens; not while the engine is opened again.
	 */
	private volatile boolean wanted;

	MoquetteBroker(CurrentEngine engine, AccessControl access, BrokerSettings settings, Clock clock) {
		this.engine = engine;
		this.access = access;
		this.settings = settings;
		this.clock = clock;
	}

	@Override
	public void start() {
		this.wanted = true;
		this.engine.surroundings(this);
		listen();
	}

	private synchronized void listen() {
		Engine engine = this.engine.engine();
		MoquetteSeam seam = new MoquetteSeam(engine.locks()::of, new Subscriptions(engine));
		Services services = new Services(engine, this.access, seam, this.settings, this.clock);
		EventLoopGroup acceptors = group("mqtt-accept", 1);
		EventLoopGroup workers = group("mqtt-io", this.settings.threads());
		Running started = new Running(seam, acceptors, workers,
				new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true), new LinkedHashMap<>());
		try {
			for (ListenerSettings listener : this.settings.listeners()) {
				started.listeners().put(listener.displayName(), bind(listener, services, started));
			}
		}
		catch (RuntimeException ex) {
			stop(started);
			throw ex;
		}
		this.running = started;
	}

	private static EventLoopGroup group(String name, int threads) {
		return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name), NioIoHandler.newFactory());
	}

	private static Channel bind(ListenerSettings listener, Services services, Running started) {
		InetSocketAddress address = new InetSocketAddress(listener.bindAddress(), listener.effectivePort());
		// of its own accord, Java opens 0.0.0.0 for IPv6 too
		SocketProtocolFamily family = (address.getAddress() instanceof Inet4Address) ? SocketProtocolFamily.INET
				: SocketProtocolFamily.INET6;
		ChannelFuture bound = new ServerBootstrap().group(started.acceptors(), started.workers())
			.channelFactory(() -> new NioServerSocketChannel(SelectorProvider.provider(), family))
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.option(ChannelOption.SO_REUSEADDR, true)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
			.childHandler(new ChannelSetup(services, listener, started.connections()))
			.bind(address)
			.awaitUninterruptibly();
		if (!bound.isSuccess()) {
			throw new ListenerNotBound(listener, bound.cause());
		}
		logger.info("MQTT listener '{}' on {}", listener.displayName(),
				view(listener.displayName(), bound.channel()).authority());
		return bound.channel();
	}

	@Override
	public void stop() {
		this.wanted = false;
		close();
	}

	@Override
	public void stopUsing() {
		close();
	}

	@Override
	public void useAgain() {
		if (this.wanted) {
			listen();
		}
	}

	private synchronized void close() {
		Running stopping = this.running;
		this.running = null;
		if (stopping != null) {
			stop(stopping);
		}
	}

	private void stop(Running stopping) {
		stopping.listeners().values().forEach((listener) -> listener.close().awaitUninterruptibly());
		stopping.connections()
			.forEach((channel) -> channel.pipeline().fireUserEventTriggered(ReasonCode.SERVER_SHUTTING_DOWN));
		// on each event loop after the good-byes that were asked for above
		stopping.connections().close().awaitUninterruptibly(GOODBYE_SECONDS, TimeUnit.SECONDS);
		stopping.seam().close();
		end(stopping.acceptors());
		end(stopping.workers());
	}

	/**
	 * Waits, but not for ever: one that hangs acknowledges nothing once the engine that
	 * it uses is closed.
	 */
	private static void end(EventLoopGroup threads) {
		if (!threads.shutdownGracefully(0, GOODBYE_SECONDS, TimeUnit.SECONDS)
			.awaitUninterruptibly(THREADS_SECONDS, TimeUnit.SECONDS)) {
			logger.error("For {} s a thread of the MQTT connections has not come to its end: it hangs, and is left "
					+ "behind. The devices connect anew to others; the memory that it holds is free when the server "
					+ "is started again. Please report that, with what jstack shows.", THREADS_SECONDS);
		}
	}

	@Override
	public boolean isRunning() {
		return this.wanted;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@EventListener
	void on(LoginsRevoked event) {
		try {
			endConnections("the user '" + event.userName() + "'", event.cause().phrase());
		}
		finally {
			if (event.deleted()) {
				this.engine.engine().clientIds().forgetOf(event.userId());
			}
		}
	}

	@EventListener
	void on(Banned event) {
		endConnections(event.phrase(), "banned");
	}

	/** Waits until the connections are closed. */
	private void endConnections(String whose, String why) {
		int ended = this.engine.engine().revoke();
		if (ended > 0) {
			logger.info("Connections of {} that end: {} ({})", whose, ended, why);
			awaitThreads();
		}
	}

	/**
	 * What waits for the rules of now is on its way; waits until nothing is written any
	 * more under those before.
	 */
	@EventListener
	void on(RulesChanged event) {
		this.engine.engine().rulesChanged();
		awaitThreads();
	}

	/**
	 * Waits until each event loop is done with what it began before, and with what it was
	 * given to do.
	 * @throws org.springframework.web.ErrorResponseException if one is not in time, which
	 * is the answer to the change then
	 */
	private void awaitThreads() {
		try {
			canary().toCompletableFuture().orTimeout(CHANGE_SECONDS, TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			if (this.running != null) {
				logger.error("A change holds, but a thread of the broker does not come to its end with what it began "
						+ "before", ex);
				throw Problem.UNAVAILABLE.with("The change is made, and holds for all that begins from here on; but "
						+ "for " + CHANGE_SECONDS + " s a thread of the broker has not come to its end with what it "
						+ "began before. Look at /actuator/health, and into the log.");
			}
		}
	}

	@Override
	public List<Listener> listeners() {
		Running present = this.running;
		if (present == null) {
			return List.of();
		}
		List<Listener> views = new ArrayList<>();
		present.listeners().forEach((name, channel) -> views.add(view(name, channel)));
		return views;
	}

	private static Listener view(String name, Channel listener) {
		return new Listener(name, (InetSocketAddress) listener.localAddress(), listener.isActive());
	}

	@Override
	public CompletionStage<Void> canary() {
		Running present = this.running;
		if (present == null) {
			return CompletableFuture.failedFuture(new IllegalStateException("the broker is not running"));
		}
		List<CompletableFuture<Void>> passes = new ArrayList<>();
		try {
			for (EventLoopGroup group : List.of(present.acceptors(), present.workers())) {
				for (EventExecutor loop : group) {
					passes.add(CompletableFuture.runAsync(() -> {
					}, loop));
				}
			}
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return CompletableFuture.allOf(passes.toArray(CompletableFuture[]::new));
	}

	/** What exists now, or null. */
	@Nullable Running running() {
		return this.running;
	}

	/** What exists between start and stop. */
	record Running(MoquetteSeam seam, EventLoopGroup acceptors, EventLoopGroup workers, ChannelGroup connections,
			Map<String, Channel> listeners) {
	}

}

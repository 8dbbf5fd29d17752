package io.moquette.broker;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

import io.moquette.interception.BrokerInterceptor;
import io.netty.channel.Channel;

/**
 * What is left of Moquette in use: the checks of CONNECT, the takeover of a connection,
 * keep alive, PINGREQ and the dispatch of SUBSCRIBE and UNSUBSCRIBE. To it each session
 * is clean and nobody ever subscribes or publishes, so that its registry holds live
 * connections only and its queues and windows stay empty.
 */
public final class MoquetteSeam implements AutoCloseable {

	private static final int NO_LIMIT = 65_535;

	private final BrokerInterceptor interceptor = new BrokerInterceptor(List.of());

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final SessionRegistry registry;

	private final DelegatingPostOffice postOffice;

	private final MQTTConnectionFactory connections;

	/**
	 * @param locks the lock that serialises what happens to a client id
	 * @param subscriptions where SUBSCRIBE and UNSUBSCRIBE go
	 */
	public MoquetteSeam(Function<String, Lock> locks, SubscriptionHandler subscriptions) {
		Authorizator allowAll = new Authorizator(new AllowAll());
		InlineLoops loops = new InlineLoops(this.interceptor, locks);
		NoSubscriptions directory = new NoSubscriptions();
		NoSessions sessions = new NoSessions();
		this.registry = new SessionRegistry(directory, sessions, new NoQueues(), allowAll, this.scheduler,
				Clock.systemUTC(), 0, loops);
		this.postOffice = new DelegatingPostOffice(directory, this.registry, sessions, this.interceptor, allowAll,
				loops, subscriptions);
		BrokerConfiguration configuration = new BrokerConfiguration(true, false, false, false, -1, NO_LIMIT);
		this.connections = new MQTTConnectionFactory(configuration, (client, user, password) -> false, this.registry,
				this.postOffice);
	}

	/**
	 * Returns Moquette's half of a new connection. On its event loop, as all calls to
	 * what it returns.
	 */
	public MoquetteConnection connect(Channel channel) {
		return new MoquetteConnection(this.connections.create(channel), this.registry);
	}

	/** Ends its threads. */
	@Override
	public void close() {
		this.registry.close();
		this.postOffice.terminate();
		this.interceptor.stop();
		this.scheduler.shutdownNow();
	}

}

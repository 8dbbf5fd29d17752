package io.heliograph.broker.moquette;

import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.heliograph.account.AccessControl;
import io.heliograph.broker.engine.Engine;
import io.moquette.broker.MoquetteSeam;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/** What all connections share. */
record Services(Engine engine, AccessControl access, MoquetteSeam moquette, BrokerSettings settings, Clock clock,
		ConnectionLog log, ConcurrentMap<EventLoop, Outbox> outboxes) {

	Services(Engine engine, AccessControl access, MoquetteSeam moquette, BrokerSettings settings, Clock clock) {
		this(engine, access, moquette, settings, clock, new ConnectionLog(engine::hasFailed),
				new ConcurrentHashMap<>());
	}

	Outbox outboxOf(Channel channel) {
		return this.outboxes.computeIfAbsent(channel.eventLoop(), (loop) -> new Outbox(loop, this.clock));
	}

}

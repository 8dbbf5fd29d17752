package io.heliograph.broker.moquette;

import java.util.concurrent.TimeUnit;

import io.heliograph.mqtt.ReasonCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection that has no session in time. A CONNECT that is being answered has as
 * long again; one that was refused is over. On the event loop of the channel.
 */
final class ConnectDeadline extends ChannelInboundHandlerAdapter {

	private final Services services;

	private final Guard guard;

	private @Nullable Future<?> deadline;

	private boolean again;

	ConnectDeadline(Services services, Guard guard) {
		this.services = services;
		this.guard = guard;
	}

	@Override
	public void channelActive(ChannelHandlerContext context) {
		schedule(context);
		context.fireChannelActive();
	}

	private void schedule(ChannelHandlerContext context) {
		this.deadline = context.executor().schedule(() -> pass(context), millis(), TimeUnit.MILLISECONDS);
	}

	private void pass(ChannelHandlerContext context) {
		switch (this.guard.phase()) {
			case NEW -> end(context, "no CONNECT within " + millis() + " ms");
			case CONNECTING -> {
				if (this.again) {
					end(context, "its CONNECT was not answered within " + 2 * millis() + " ms");
				}
				else {
					this.again = true;
					schedule(context);
				}
			}
			case CLOSED -> context.close();
			case OPEN -> {
			}
		}
	}

	/** By the guard, to which nothing counts that comes before the channel is closed. */
	private void end(ChannelHandlerContext context, String why) {
		this.services.log().refused(context.channel(), null, ReasonCode.UNSPECIFIED, why);
		this.guard.end(context, ReasonCode.UNSPECIFIED);
	}

	private long millis() {
		return this.services.settings().connectTimeout().toMillis();
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		if (this.deadline != null) {
			this.deadline.cancel(false);
		}
		context.fireChannelInactive();
	}

}

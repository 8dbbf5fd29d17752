package io.heliograph.broker.moquette;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.heliograph.broker.engine.Copy;
import io.heliograph.broker.engine.Link;
import io.heliograph.broker.engine.PacketWriter;
import io.heliograph.broker.engine.Session;
import io.heliograph.broker.moquette.PacketEncoder.Acknowledgement;
import io.heliograph.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The outbound side of a connection whose session is open. What is not of {@link Link} is
 * called on the event loop of the channel only.
 */
final class Connection implements Link {

	/** How many bytes are collected before they are written. */
	private static final int BURST_BYTES = 64 * 1024;

	private static final int FIRST_BYTES = 256;

	private final ChannelHandlerContext context;

	/** Where bytes go out: beyond the encoder of packets, which has nothing to do. */
	private final ChannelHandlerContext bytes;

	private final Outbox outbox;

	private final PacketEncoder encoder;

	private final Consumer<ReasonCode> closer;

	private final AtomicBoolean inOutbox = new AtomicBoolean();

	/** Set once CONNACK is written: nothing goes out before. */
	private @Nullable Session session;

	private @Nullable ByteBuf out;

	private boolean closed;

	/**
	 * @param closer ends the connection, on its event loop
	 */
	Connection(ChannelHandlerContext context, Outbox outbox, PacketEncoder encoder, Consumer<ReasonCode> closer) {
		this.context = context;
		this.bytes = context.pipeline().context(PacketFrameDecoder.class);
		this.outbox = outbox;
		this.encoder = encoder;
		this.closer = closer;
	}

	/** CONNACK is written: from here on the session is served. */
	void begin(Session session) {
		this.session = session;
		wake();
	}

	@Override
	public void wake() {
		if (this.inOutbox.compareAndSet(false, true)) {
			this.outbox.add(this);
		}
	}

	@Override
	public boolean takes(Copy copy) {
		return this.encoder.takes(copy);
	}

	@Override
	public void close(ReasonCode reason) {
		enqueue(() -> this.closer.accept(reason));
	}

	boolean v5() {
		return this.encoder.v5();
	}

	/** Does something on the event loop, at once if this is it. Any thread. */
	void execute(Runnable task) {
		if (this.context.executor().inEventLoop()) {
			task.run();
		}
		else {
			enqueue(task);
		}
	}

	private void enqueue(Runnable task) {
		try {
			this.context.executor().execute(task);
		}
		catch (RejectedExecutionException ex) {
			// the event loops have ended, and all connections with them
		}
	}

	void acknowledge(Acknowledgement type, int packetId, int reasonCode) {
		if (this.closed) {
			return;
		}
		this.encoder.acknowledgement(out(), type, packetId, reasonCode);
		wake();
	}

	void subscribeAcknowledgement(int packetId, List<Integer> reasonCodes) {
		if (this.closed) {
			return;
		}
		sent(this.encoder.subscribeAcknowledgement(out(), packetId, reasonCodes));
	}

	void unsubscribeAcknowledgement(int packetId, List<Integer> reasonCodes) {
		if (this.closed) {
			return;
		}
		sent(this.encoder.unsubscribeAcknowledgement(out(), packetId, reasonCodes));
	}

	/**
	 * A client that takes no packet as large as the answer would wait for it for ever.
	 */
	private void sent(boolean fits) {
		if (fits) {
			wake();
		}
		else {
			this.closer.accept(ReasonCode.PACKET_TOO_LARGE);
		}
	}

	/**
	 * Writes what waits for this channel, in one write. While the channel is full it
	 * stays where it is.
	 */
	void flush(Instant now) {
		this.inOutbox.set(false);
		Channel channel = this.context.channel();
		if (this.closed || this.session == null || !channel.isWritable()) {
			return;
		}
		boolean more = this.session.pump(this, new Writer(now), now);
		writeOut();
		if (more) {
			// of what is executed, the event loop does much before it reads again
			this.context.executor().schedule(this::wake, 0, TimeUnit.NANOSECONDS);
		}
	}

	/** Serving it failed: it ends, for the others to go on. */
	void fail(Throwable cause) {
		this.context.pipeline().fireExceptionCaught(cause);
	}

	/**
	 * Writes what is due, then the reason, and closes the channel.
	 * @param reason null if the client knows it, or must not be told
	 */
	void end(@Nullable ReasonCode reason) {
		if (this.closed) {
			return;
		}
		if (reason != null) {
			this.encoder.disconnect(out(), reason.code());
		}
		// before the write, whose failure asks to end it too
		this.closed = true;
		writeOut();
		this.context.close();
	}

	/** The channel is closed: what was not written is lost with it. */
	void release() {
		this.closed = true;
		if (this.out != null) {
			this.out.release();
			this.out = null;
		}
	}

	private void writeOut() {
		ByteBuf full = this.out;
		if (full != null) {
			this.out = null;
			this.bytes.writeAndFlush(full, this.bytes.voidPromise());
		}
	}

	private ByteBuf out() {
		ByteBuf out = this.out;
		if (out == null) {
			out = this.context.alloc().buffer(FIRST_BYTES);
			this.out = out;
		}
		return out;
	}

	private final class Writer implements PacketWriter {

		private final Instant now;

		Writer(Instant now) {
			this.now = now;
		}

		@Override
		public boolean full() {
			return Connection.this.out != null && Connection.this.out.readableBytes() >= BURST_BYTES;
		}

		@Override
		public boolean publish(Copy copy, int packetId, boolean duplicate) {
			return Connection.this.encoder.publish(out(), copy, packetId, duplicate, this.now);
		}

		@Override
		public void release(int packetId) {
			Connection.this.encoder.acknowledgement(out(), Acknowledgement.PUBREL, packetId, 0);
		}

	}

}

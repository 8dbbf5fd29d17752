package io.heliograph.broker.moquette;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;

/**
 * Lets one whole packet through after the other, and none while the receiver holds:
 * Netty's decoder of MQTT begins a packet anew whenever a part of it comes, so that one
 * of many filters or properties that comes in small parts would take minutes. Takes
 * PUBACK, most of what many devices send, before it is decoded: nothing has to be made of
 * it but a number.
 */
final class PacketFrameDecoder extends ByteToMessageDecoder {

	/** PUBACK and the length of one without a reason code. */
	private static final int PUBACK = 0x4002;

	private static final int PUBACK_BYTES = 4;

	/** The type, and a length of four bytes. */
	private static final int HEADER_BYTES = 5;

	private static final int INCOMPLETE = -1;

	private static final int INVALID = -2;

	private final Receiver receiver;

	private final int maxBytes;

	/** Set at a packet that is refused for its length, when it is decoded. */
	private boolean refused;

	/**
	 * @param maxBytes the longest packet, without its header
	 */
	PacketFrameDecoder(Receiver receiver, int maxBytes) {
		this.receiver = receiver;
		this.maxBytes = maxBytes;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
		if (message instanceof ByteBuf bytes && bytes.isReadable() && actualReadableBytes() == 0) {
			try {
				takeAcknowledgements(bytes);
			}
			catch (Throwable ex) {
				bytes.release();
				throw ex;
			}
			if (!bytes.isReadable()) {
				bytes.release();
				return;
			}
		}
		super.channelRead(context, message);
	}

	private void takeAcknowledgements(ByteBuf bytes) {
		while (bytes.readableBytes() >= PUBACK_BYTES && bytes.getUnsignedShort(bytes.readerIndex()) == PUBACK
				&& this.receiver.acknowledge(bytes.getUnsignedShort(bytes.readerIndex() + 2))) {
			bytes.skipBytes(PUBACK_BYTES);
		}
	}

	@Override
	protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
		if (this.receiver.holds()) {
			return;
		}
		takeAcknowledgements(in);
		int bytes = this.refused ? INVALID : packetBytes(in);
		if (bytes == INVALID) {
			this.refused = true;
			out.add(in.readRetainedSlice(in.readableBytes()));
		}
		else if (bytes != INCOMPLETE && bytes <= in.readableBytes()) {
			pass(context, in.readRetainedSlice(bytes));
		}
	}

	/** A decoder that waits for more would begin anew with each packet behind. */
	private void pass(ChannelHandlerContext context, ByteBuf packet) {
		long before = this.receiver.received();
		context.fireChannelRead(packet);
		if (this.receiver.received() == before) {
			this.refused = true;
			throw new CorruptedFrameException("a field goes beyond its packet");
		}
	}

	/** The receiver does not hold any more: goes on with what came meanwhile. */
	static void resume(ChannelPipeline pipeline) {
		ChannelHandlerContext context = pipeline.context(PacketFrameDecoder.class);
		try {
			pipeline.get(PacketFrameDecoder.class).channelRead(context, Unpooled.EMPTY_BUFFER);
		}
		catch (Exception ex) {
			context.fireExceptionCaught(ex);
		}
	}

	/** Returns how many bytes the next packet has. */
	private int packetBytes(ByteBuf in) {
		int start = in.readerIndex();
		int length = 0;
		for (int i = 1; i < HEADER_BYTES; i++) {
			if (start + i >= in.writerIndex()) {
				return INCOMPLETE;
			}
			byte digit = in.getByte(start + i);
			length |= (digit & 0x7f) << (7 * (i - 1));
			if (digit >= 0) {
				return (length > this.maxBytes) ? INVALID : 1 + i + length;
			}
		}
		return INVALID;
	}

	/** Takes the packets when they are decoded. */
	interface Receiver {

		/** Whether they are to wait. */
		boolean holds();

		/** How many came. */
		long received();

		/**
		 * PUBACK without a reason code.
		 * @return false if it is to be decoded as any other packet
		 */
		boolean acknowledge(int packetId);

	}

}

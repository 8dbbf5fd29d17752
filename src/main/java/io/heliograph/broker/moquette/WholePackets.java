package io.heliograph.broker.moquette;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Lets only whole packets through: Netty's decoder of MQTT begins a packet anew whenever
 * a part of it comes, so that one of many filters or properties that comes in small parts
 * would take minutes. Takes PUBACK, most of what many devices send, before it is decoded:
 * nothing has to be made of it but a number.
 */
final class WholePackets extends ByteToMessageDecoder {

	/** PUBACK and the length of one without a reason code. */
	private static final int PUBACK = 0x4002;

	private static final int PUBACK_BYTES = 4;

	/** The type, and a length of four bytes. */
	private static final int HEADER_BYTES = 5;

	private static final int INCOMPLETE = -1;

	private static final int INVALID = -2;

	private final Guard guard;

	private final int maxBytes;

	/** Set at a packet that is refused for its length, when it is decoded. */
	private boolean refused;

	/**
	 * @param maxBytes the longest packet, without its header
	 */
	WholePackets(Guard guard, int maxBytes) {
		this.guard = guard;
		this.maxBytes = maxBytes;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
		if (message instanceof ByteBuf bytes && actualReadableBytes() == 0) {
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
				&& this.guard.acknowledge(bytes.getUnsignedShort(bytes.readerIndex() + 2))) {
			bytes.skipBytes(PUBACK_BYTES);
		}
	}

	@Override
	protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
		int end = in.readerIndex();
		while (end < in.writerIndex() && !this.refused) {
			int bytes = packetBytes(in, end);
			this.refused = bytes == INVALID;
			if (bytes == INCOMPLETE || bytes > in.writerIndex() - end) {
				break;
			}
			end += Math.max(bytes, 0);
		}
		if (this.refused) {
			end = in.writerIndex();
		}
		if (end > in.readerIndex()) {
			out.add(in.readRetainedSlice(end - in.readerIndex()));
		}
	}

	/** Returns how many bytes the packet has that begins there. */
	private int packetBytes(ByteBuf in, int start) {
		int length = 0;
		for (int i = 1; i < HEADER_BYTES; i++) {
			if (start + i == in.writerIndex()) {
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

}

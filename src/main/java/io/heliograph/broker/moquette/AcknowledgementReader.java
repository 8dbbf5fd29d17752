package io.heliograph.broker.moquette;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Takes PUBACK, most of what many devices send, before it is decoded: nothing has to be
 * made of it but a number. It follows the lengths of all other packets to know where one
 * begins.
 */
final class AcknowledgementReader extends ChannelInboundHandlerAdapter {

	/** PUBACK and the length of one without a reason code. */
	private static final int PUBACK = 0x4002;

	private static final int PUBACK_BYTES = 4;

	private final Guard guard;

	/** How many bytes of a packet are still to come. */
	private int missing;

	/** Set when a packet's length itself was cut: from there on all is decoded. */
	private boolean lost;

	AcknowledgementReader(Guard guard) {
		this.guard = guard;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		if (this.lost || !(message instanceof ByteBuf bytes)) {
			context.fireChannelRead(message);
			return;
		}
		try {
			if (this.missing == 0) {
				takeAcknowledgements(bytes);
			}
		}
		catch (Throwable ex) {
			bytes.release();
			throw ex;
		}
		if (bytes.isReadable()) {
			follow(bytes);
			context.fireChannelRead(bytes);
		}
		else {
			bytes.release();
		}
	}

	private void takeAcknowledgements(ByteBuf bytes) {
		while (bytes.readableBytes() >= PUBACK_BYTES && bytes.getUnsignedShort(bytes.readerIndex()) == PUBACK
				&& this.guard.acknowledge(bytes.getUnsignedShort(bytes.readerIndex() + 2))) {
			bytes.skipBytes(PUBACK_BYTES);
		}
	}

	private void follow(ByteBuf bytes) {
		int end = bytes.writerIndex();
		int index = bytes.readerIndex();
		while (!this.lost) {
			int step = Math.min(this.missing, end - index);
			index += step;
			this.missing -= step;
			if (index == end) {
				return;
			}
			index = readLength(bytes, index + 1, end);
		}
	}

	/** Returns where the packet goes on behind its length. */
	private int readLength(ByteBuf bytes, int start, int end) {
		int length = 0;
		for (int i = start; i < end && i < start + 4; i++) {
			byte digit = bytes.getByte(i);
			length |= (digit & 0x7f) << (7 * (i - start));
			if (digit >= 0) {
				this.missing = length;
				return i + 1;
			}
		}
		this.lost = true;
		return end;
	}

}

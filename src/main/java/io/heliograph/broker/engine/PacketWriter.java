package io.heliograph.broker.engine;

/** Takes what a session has to send, on the thread of its connection. */
public interface PacketWriter {

	/** Whether it can take no more at present. */
	boolean full();

	/**
	 * Writes a PUBLISH.
	 * @param packetId 0 for QoS 0
	 * @param duplicate whether it may have been sent before
	 * @return false if the packet is larger than the client takes; then nothing was
	 * written
	 */
	boolean publish(Copy copy, int packetId, boolean duplicate);

	/** Writes a PUBREL. */
	void release(int packetId);

}

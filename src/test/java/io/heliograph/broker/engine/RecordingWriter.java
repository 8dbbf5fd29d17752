package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Notes the packets that are written, as in {@code PUBLISH 7 topic DUP} and
 * {@code PUBREL 7}. Not thread-safe.
 */
final class RecordingWriter implements PacketWriter {

	private final List<String> packets = new ArrayList<>();

	private final List<Copy> copies = new ArrayList<>();

	private final Set<String> tooLarge = new HashSet<>();

	private final Set<String> failing = new HashSet<>();

	private int room = Integer.MAX_VALUE;

	/** The packets since they were last asked for. */
	List<String> packets() {
		List<String> packets = List.copyOf(this.packets);
		this.packets.clear();
		return packets;
	}

	/** What was published since the beginning. */
	List<Copy> copies() {
		return List.copyOf(this.copies);
	}

	/** From here on it takes no message on this topic. */
	void isTooSmallFor(String topic) {
		this.tooLarge.add(topic);
	}

	/** Whether it would write it. */
	boolean takes(Copy copy) {
		return !this.tooLarge.contains(copy.shared().message().topic().name());
	}

	/** From here on it fails at messages on this topic. */
	void failAt(String topic) {
		this.failing.add(topic);
	}

	void failNowhere() {
		this.failing.clear();
	}

	/** From here on it takes this many packets until they are asked for. */
	void room(int packets) {
		this.room = packets;
	}

	@Override
	public boolean full() {
		return this.packets.size() >= this.room;
	}

	@Override
	public boolean publish(Copy copy, int packetId, boolean duplicate) {
		String topic = copy.shared().message().topic().name();
		if (this.failing.contains(topic)) {
			throw new IllegalStateException("a defect in the encoder");
		}
		if (!takes(copy)) {
			return false;
		}
		this.copies.add(copy);
		this.packets.add("PUBLISH " + packetId + " " + topic + (duplicate ? " DUP" : ""));
		return true;
	}

	@Override
	public void release(int packetId) {
		this.packets.add("PUBREL " + packetId);
	}

}

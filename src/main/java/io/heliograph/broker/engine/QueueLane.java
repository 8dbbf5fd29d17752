package io.heliograph.broker.engine;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The copies of one priority in a {@link StoredQueue}, and which of them are handed over.
 * The journal's.
 */
final class QueueLane {

	/**
	 * How many bytes of a lane are handed over beyond what the device may have at once.
	 */
	private static final long AHEAD_BYTES = 1024 * 1024;

	/** The number of the next copy that is added. */
	long next;

	/** How many there were at the start. */
	int recovered;

	/** How many of those may have been sent in the last connection, the first ones. */
	int perhapsSent;

	/** Behind the last one that may have been sent before the start. */
	long sentBefore;

	/** Whether all there are were handed over. */
	boolean complete;

	/** No copy before this number is left but those that are handed over. */
	long loadFrom;

	/** No copy before this number can make room, unless a connection ends. */
	long searchedTo;

	/** The numbers of those that are handed over, with their sizes. */
	final SortedMap<Long, Integer> handed = new TreeMap<>();

	long handedBytes;

	/** Large copies, too, fill the window: the device may wait for one more. */
	boolean hasRoom(int ahead, int window) {
		int size = this.handed.size();
		return size < window || (size < ahead && this.handedBytes < AHEAD_BYTES);
	}

	boolean isLow(int ahead, int window) {
		int size = this.handed.size();
		return !this.complete && (size < window || (size < ahead / 2 && this.handedBytes < AHEAD_BYTES / 2));
	}

	long oldest() {
		return Math.max(this.searchedTo, this.handed.isEmpty() ? this.loadFrom : this.handed.firstKey());
	}

	boolean takeBack(long sequence) {
		Integer size = this.handed.remove(sequence);
		this.handedBytes -= (size != null) ? size : 0;
		return size != null;
	}

	void reset() {
		if (!this.handed.isEmpty()) {
			this.loadFrom = this.handed.firstKey();
		}
		this.handed.clear();
		this.handedBytes = 0;
		this.complete = false;
		this.searchedTo = 0;
	}

}

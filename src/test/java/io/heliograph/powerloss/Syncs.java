package io.heliograph.powerloss;

import java.util.ArrayList;
import java.util.List;

/** The syncs of a file or a directory. */
final class Syncs {

	static final int BEFORE_ALL = -1;

	private final List<int[]> all = new ArrayList<>();

	void add(int begin, int end) {
		this.all.add(new int[] { begin, end });
	}

	/** Whether one began when a change had ended, and had ended itself before a cut. */
	boolean cover(int changed, int cut) {
		return changed == BEFORE_ALL || this.all.stream().anyMatch((sync) -> sync[0] > changed && sync[1] < cut);
	}

}

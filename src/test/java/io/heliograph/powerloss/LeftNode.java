package io.heliograph.powerloss;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A file or a directory, with all that was done to it. */
interface LeftNode {

	/** What was done before this began is on the disk when it has ended. */
	void sync(int begin, int end);

	/**
	 * Writes what may be left of it.
	 * @param cut the line of the log before which the power was cut
	 */
	void leave(Path path, int cut, Random random, Odds odds) throws IOException;

}

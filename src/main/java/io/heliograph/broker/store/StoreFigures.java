package io.heliograph.broker.store;

import java.time.Duration;

/**
 * What a store has done since it was opened, and what it takes.
 *
 * @param cacheBytes the memory of the cache of blocks, outside Java's heap; what is
 * written and not yet in a file is accounted there, too
 * @param writeBufferBytes the memory of what is not yet in a file, outside Java's heap
 * @param tableReaderBytes the memory of open files that is not in the cache
 * @param folderBytes the size of the files
 * @param commits batches that were applied
 * @param syncs how often they were brought to the disk
 * @param longestCommit the longest time from a commit to the completion of its stage
 */
public record StoreFigures(long cacheBytes, long writeBufferBytes, long tableReaderBytes, long folderBytes,
		long commits, long syncs, Duration longestCommit) {
}

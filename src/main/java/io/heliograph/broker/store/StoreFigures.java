package io.heliograph.broker.store;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a store has done since it was opened, and what it takes. The sum of the first
 * three is the memory outside Java's heap, about.
 *
 * @param cacheBytes the memory of the cache of blocks, outside Java's heap
 * @param writeBufferBytes the memory of what is not yet in a file, outside Java's heap
 * @param tableReaderBytes the memory of open files that is not in the cache
 * @param folderBytes the size of the files
 * @param commits batches that were applied
 * @param syncs how often they were brought to the disk
 * @param longestCommit the longest time from a commit to the completion of its stage
 */
public record StoreFigures(long cacheBytes, long writeBufferBytes, long tableReaderBytes, long folderBytes,
		long commits, long syncs, Duration longestCommit) {

	Map<String, Object> byName() {
		Map<String, Object> figures = new LinkedHashMap<>();
		figures.put("cacheBytes", this.cacheBytes);
		figures.put("writeBufferBytes", this.writeBufferBytes);
		figures.put("tableReaderBytes", this.tableReaderBytes);
		figures.put("folderBytes", this.folderBytes);
		figures.put("commits", this.commits);
		figures.put("syncs", this.syncs);
		figures.put("longestCommitMillis", this.longestCommit.toMillis());
		return figures;
	}

}

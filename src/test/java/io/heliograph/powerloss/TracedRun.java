package io.heliograph.powerloss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.heliograph.testing.HeliographProcess;

import org.springframework.util.FileSystemUtils;

/**
 * A run of the server under strace, and what it has promised.
 *
 * @param log what strace saw
 * @param folder what may be left of what it stored
 * @param promises what must be left
 */
record TracedRun(TraceLog log, LeftFolder folder, List<Promise.Standing> promises) {

	/** The folder of the broker in the data directory. */
	static final String BROKER = "broker";

	private static final int LANES = 4;

	private static final int LARGE = 160 * 1024;

	/**
	 * Runs it on a data directory.
	 * @param directory where the log may be written
	 * @param inherited what a run before has promised
	 * @param seed what the lanes draw from
	 */
	static TracedRun of(Path data, Path directory, String sync, List<Promise> inherited, long seed)
			throws IOException, InterruptedException, TimeoutException {
		Path before = Files.createDirectories(directory.resolve("before"));
		copy(data, before);
		Path log = directory.resolve("calls");
		Random random = new Random(seed);
		List<Promise> promises = new ArrayList<>(inherited);
		try (HeliographProcess process = HeliographProcess.under(TraceLog.writtenTo(log), NotifyingServer.class, data,
				"heliograph.listeners[0].allow-anonymous=true", "heliograph.acl.no-rules=allow",
				"heliograph.persistence.sync=" + sync, "heliograph.persistence.write-buffer-size=8MB",
				"heliograph.persistence.cache-size=8MB")) {
			try {
				promises.addAll(promises(process.awaitReady(), "s" + seed, random));
			}
			finally {
				end(process, random.nextBoolean());
			}
		}
		TraceLog calls = TraceLog.read(log, data);
		Files.delete(log);
		Wire wire = new Wire(calls);
		return new TracedRun(calls, LeftFolder.of(calls, data, before, BROKER),
				promises.stream().map((promise) -> promise.in(wire)).toList());
	}

	/** Copies a folder that has no more than the folder of the broker. */
	static void copy(Path from, Path to) throws IOException {
		FileSystemUtils.copyRecursively(from, to);
	}

	/** As an operator does, or kill -9. The process is the child of strace. */
	private static void end(HeliographProcess process, boolean kindly) {
		ProcessHandle.of(process.pid()).stream().flatMap(ProcessHandle::children).forEach((child) -> {
			if (kindly) {
				child.destroy();
			}
			else {
				child.destroyForcibly();
			}
		});
		process.awaitExit();
	}

	private static List<Promise> promises(HeliographProcess process, String name, Random random)
			throws InterruptedException, TimeoutException {
		ExecutorService threads = Executors.newFixedThreadPool(LANES);
		try {
			List<Future<List<Promise>>> lanes = new ArrayList<>();
			for (int i = 0; i < LANES; i++) {
				lanes.add(threads.submit(new Lane(process, name + "l" + i, (i == 0) ? LARGE : 10, random.nextLong())));
			}
			List<Promise> promises = new ArrayList<>();
			for (Future<List<Promise>> lane : lanes) {
				promises.addAll(lane.get(2, TimeUnit.MINUTES));
			}
			return promises;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause() + "\n" + process.output(), ex.getCause());
		}
		finally {
			threads.shutdownNow();
		}
	}

}

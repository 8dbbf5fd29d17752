package io.heliograph.longrun;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The processor time of a process so far, in hundredths of a second, as Linux counts it.
 *
 * @param process of all its threads, those that have ended too
 * @param threads of those that live, together by their kind
 */
record CpuTimes(long process, Map<String, Long> threads) {

	private static final double TICKS_PER_SECOND = 100;

	private static final int SHOWN = 8;

	private static final int USER = 11;

	private static final int SYSTEM = 12;

	static CpuTimes of(long pid) {
		Path root = Path.of("/proc", String.valueOf(pid));
		Map<String, Long> threads = new TreeMap<>();
		try (DirectoryStream<Path> tasks = Files.newDirectoryStream(root.resolve("task"))) {
			for (Path task : tasks) {
				Stat stat = Stat.read(task);
				threads.merge(kind(stat.name), stat.ticks, Long::sum);
			}
			return new CpuTimes(Stat.read(root).ticks, threads);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Linux keeps 15 characters of a thread's name. */
	private static String kind(String thread) {
		if (thread.matches("C[12] CompilerThr.*")) {
			return "compiler";
		}
		if (thread.matches("G1 .*|GC Thread.*|VM Thread|VM Periodic.*|Concurrent Mark.*")) {
			return "virtual machine";
		}
		return thread.replaceAll("(?<=mqtt-io|mqtt-accept|http-nio).*|-?\\d+$", "");
	}

	CpuTimes since(CpuTimes before) {
		Map<String, Long> spent = new TreeMap<>(this.threads);
		spent.replaceAll((kind, ticks) -> ticks - before.threads.getOrDefault(kind, 0L));
		spent.values().removeIf((ticks) -> ticks <= 0);
		return new CpuTimes(this.process - before.process, spent);
	}

	/** In seconds, and the share of each kind of threads. */
	@Override
	public String toString() {
		return "%.1f s".formatted(this.process / TICKS_PER_SECOND) + this.threads.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Long>comparingByValue().reversed())
			.limit(SHOWN)
			.map((kind) -> ", %s %.1f s (%d %%)".formatted(kind.getKey(), kind.getValue() / TICKS_PER_SECOND,
					100 * kind.getValue() / Math.max(1, this.process)))
			.collect(Collectors.joining());
	}

	/** One entry of /proc, with what it has used. */
	private record Stat(String name, long ticks) {

		static Stat read(Path directory) throws IOException {
			String line = Files.readString(directory.resolve("stat"));
			int end = line.lastIndexOf(')');
			String[] fields = line.substring(end + 2).split(" ");
			return new Stat(line.substring(line.indexOf('(') + 1, end),
					Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]));
		}

	}

}

package io.heliograph.powerloss;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * What strace has written of a process: its calls in the order in which they ended. What
 * one thread did before another one saw it stands before what that one did then.
 *
 * @param calls those that have to do with the folder or with a connection
 * @param lines how many lines there are
 */
record TraceLog(List<TracedCall> calls, int lines) {

	/** All that changes files, brings them to the disk, or sends. */
	private static final String TRACED = "openat,open,creat,write,pwrite64,pwritev,pwritev2,writev,truncate,ftruncate,"
			+ "fallocate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,fsync,"
			+ "fdatasync,sync_file_range,msync,dup,sendto,sendmsg,sendfile,copy_file_range";

	/** What is behind the number of the thread, which has spaces behind it. */
	private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)", Pattern.DOTALL);

	private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. (\\w+) resumed>(.*)", Pattern.DOTALL);

	private static final String UNFINISHED = " <unfinished ...>";

	/** Before what returns. */
	private static final Pattern RESULT = Pattern.compile("\\) += (-?\\d.*|\\?.*)$");

	private static final String CONNECTION = "<TCP";

	/**
	 * The program that writes such a log, and its arguments. Only the calls above stop
	 * the process.
	 */
	static List<String> writtenTo(Path file) {
		return List.of("strace", "-f", "--seccomp-bpf", "-yy", "-s", "4000000", "-e", "trace=" + TRACED, "-o",
				file.toString());
	}

	/** Reads what concerns a folder, or connections. */
	static TraceLog read(Path file, Path folder) throws IOException {
		Map<String, Begun> unfinished = new HashMap<>();
		List<TracedCall> calls = new ArrayList<>();
		int number = 0;
		try (BufferedReader reader = Files.newBufferedReader(file, ISO_8859_1)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				read(line, number++, folder.toString(), unfinished, calls);
			}
		}
		unfinished.values().forEach((begun) -> calls.add(begun.call(TracedCall.NEVER, "", "?")));
		calls.sort(Comparator.comparingInt(TracedCall::end));
		return new TraceLog(calls, number);
	}

	private static void read(String line, int number, String folder, Map<String, Begun> unfinished,
			List<TracedCall> calls) {
		Matcher parts = LINE.matcher(line);
		if (!parts.matches()) {
			return;
		}
		String thread = parts.group(1);
		String rest = parts.group(2);
		if (rest.startsWith("<... ")) {
			Begun begun = unfinished.remove(thread);
			Matcher resumed = RESUMED.matcher(rest);
			if (begun != null && resumed.matches()) {
				Matcher result = RESULT.matcher(resumed.group(2));
				if (result.find()) {
					calls.add(begun.call(number, resumed.group(2).substring(0, result.start()), result.group(1)));
				}
			}
			return;
		}
		int open = rest.indexOf('(');
		if (open < 0 || !(rest.contains(folder) || rest.contains(CONNECTION))) {
			return;
		}
		String name = rest.substring(0, open);
		if (rest.endsWith(UNFINISHED)) {
			unfinished.put(thread,
					new Begun(number, name, rest.substring(open + 1, rest.length() - UNFINISHED.length())));
			return;
		}
		int close = rest.lastIndexOf(") ");
		Matcher result = RESULT.matcher(rest);
		if (close > 0 && result.find(close)) {
			calls.add(new TracedCall(number, number, name, rest.substring(open + 1, close), result.group(1)));
		}
	}

	/** A call that has not ended. */
	private record Begun(int line, String name, String arguments) {

		TracedCall call(int end, String more, String result) {
			return new TracedCall(this.line, end, this.name, this.arguments + more, result);
		}

	}

}

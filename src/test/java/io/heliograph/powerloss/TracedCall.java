package io.heliograph.powerloss;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A call of the operating system that was traced, with the numbers of the lines of the
 * log at which it began and had ended.
 *
 * @param begin the line at which it began
 * @param end the line at which it had ended; {@link #NEVER} if the log does not tell
 * @param name its name
 * @param arguments as strace shows them
 * @param result what it returned
 */
record TracedCall(int begin, int end, String name, String arguments, String result) {

	static final int NEVER = Integer.MAX_VALUE;

	/** What it returned as a number; -1 if it failed. */
	long number() {
		int length = 0;
		while (length < this.result.length() && "-0123456789".indexOf(this.result.charAt(length)) >= 0) {
			length++;
		}
		return (length > 0) ? Long.parseLong(this.result.substring(0, length)) : -1;
	}

	boolean failed() {
		return this.end != NEVER && number() < 0;
	}

	/** The file descriptor that comes first among the arguments. */
	int descriptor() {
		return Integer.parseInt(this.arguments.substring(0, this.arguments.indexOf('<')));
	}

	/** What comes behind all texts, without spaces, as in {@code [, 3, 0]}. */
	List<String> rest() {
		String rest = this.arguments.substring(this.arguments.lastIndexOf('"') + 1);
		rest = rest.substring(rest.lastIndexOf('>') + 1);
		List<String> words = new ArrayList<>();
		for (String word : rest.split(",")) {
			words.add(word.strip());
		}
		return words;
	}

	/** The bytes of each text among the arguments. */
	List<byte[]> texts() {
		List<byte[]> texts = new ArrayList<>();
		String from = this.arguments;
		int at = from.indexOf('"');
		while (at >= 0) {
			ByteArrayOutputStream text = new ByteArrayOutputStream();
			int end = read(from, at + 1, text);
			texts.add(text.toByteArray());
			at = from.indexOf('"', end + 1);
		}
		return texts;
	}

	String text(int index) {
		return new String(texts().get(index), StandardCharsets.UTF_8);
	}

	/** All texts together, as far as the call took them. */
	byte[] bytes() {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		texts().forEach(all::writeBytes);
		long taken = (this.end != NEVER) ? number() : all.size();
		return Arrays.copyOf(all.toByteArray(), Math.toIntExact(Math.min(taken, all.size())));
	}

	/** Returns where the text ends. */
	private static int read(String from, int start, ByteArrayOutputStream text) {
		int at = start;
		while (from.charAt(at) != '"') {
			char next = from.charAt(at++);
			if (next != '\\') {
				text.write(next);
				continue;
			}
			char escaped = from.charAt(at++);
			if (escaped < '0' || escaped > '7') {
				text.write(unescape(escaped));
				continue;
			}
			int value = escaped - '0';
			for (int i = 0; i < 2 && from.charAt(at) >= '0' && from.charAt(at) <= '7'; i++) {
				value = 8 * value + from.charAt(at++) - '0';
			}
			text.write(value);
		}
		return at;
	}

	private static int unescape(char escaped) {
		return switch (escaped) {
			case 't' -> '\t';
			case 'n' -> '\n';
			case 'v' -> 0x0b;
			case 'f' -> '\f';
			case 'r' -> '\r';
			default -> escaped;
		};
	}

}

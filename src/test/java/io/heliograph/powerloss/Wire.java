package io.heliograph.powerloss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.heliograph.testing.Packet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * What the server has sent, and when: each packet, and each text of HTTP, belongs to the
 * line of the log at which the call began that sent the last of it.
 */
final class Wire {

	private static final int CONNACK = 2;

	private static final Pattern PORTS = Pattern.compile(":(\\d+)->.*?:(\\d+)\\]>");

	private static final Set<String> SENDING = Set.of("write", "writev", "sendto", "sendmsg");

	private static final Pattern UUID = Pattern.compile("(withdrawn )?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

	private final Map<String, Stream> streams = new HashMap<>();

	private final Map<String, List<Sent>> packets = new ConcurrentHashMap<>();

	private final Map<String, Integer> words = new HashMap<>();

	Wire(TraceLog log) {
		for (TracedCall call : log.calls()) {
			Matcher ports = PORTS.matcher(call.arguments());
			if (SENDING.contains(call.name()) && !call.failed() && ports.find()) {
				this.streams.computeIfAbsent(ports.group(1) + " " + ports.group(2), (key) -> new Stream()).add(call);
			}
		}
		this.streams.values().forEach((stream) -> stream.findWords(this.words));
	}

	/**
	 * The line at which a packet of MQTT was sent, or never.
	 * @param ports that of the server and that of the client
	 * @param number which of the connections between them it was, from 1 on
	 */
	int at(String ports, int number, Predicate<Packet> packet) {
		int connection = 0;
		for (Sent sent : this.packets.computeIfAbsent(ports, this::packets)) {
			connection += (sent.packet.type() == CONNACK) ? 1 : 0;
			if (connection == number && packet.test(sent.packet)) {
				return sent.line;
			}
		}
		return Moment.NEVER_LINE;
	}

	private List<Sent> packets(String ports) {
		Stream stream = this.streams.get(ports);
		return (stream != null) ? stream.packets() : List.of();
	}

	/** The line at which an id was told, or {@code withdrawn} and an id. */
	int at(String word) {
		return this.words.getOrDefault(word, Moment.NEVER_LINE);
	}

	/** A packet. */
	private record Sent(int line, Packet packet) {
	}

	/** What went to one port. */
	private static final class Stream {

		private final StringBuilder bytes = new StringBuilder();

		/** The ends of what each call has sent. */
		private final List<Integer> ends = new ArrayList<>();

		private final List<Integer> lines = new ArrayList<>();

		void add(TracedCall call) {
			this.bytes.append(new String(call.bytes(), ISO_8859_1));
			this.ends.add(this.bytes.length());
			this.lines.add(call.begin());
		}

		private int line(int end) {
			int at = 0;
			while (this.ends.get(at) < end) {
				at++;
			}
			return this.lines.get(at);
		}

		List<Sent> packets() {
			List<Sent> packets = new ArrayList<>();
			byte[] all = this.bytes.toString().getBytes(ISO_8859_1);
			int at = 0;
			while (at + 1 < all.length) {
				int first = all[at++];
				int length = 0;
				for (int shift = 0; shift == 0 || all[at - 1] < 0; shift += 7) {
					length |= (all[at++] & 0x7f) << shift;
				}
				if (at + length > all.length) {
					// it ended while it was sending
					return packets;
				}
				packets.add(new Sent(line(at + length),
						new Packet(first & 0xff, Arrays.copyOfRange(all, at, at + length))));
				at += length;
			}
			return packets;
		}

		void findWords(Map<String, Integer> words) {
			Matcher matcher = UUID.matcher(this.bytes);
			while (matcher.find()) {
				words.putIfAbsent(matcher.group(), line(matcher.end()));
			}
		}

	}

}

package io.heliograph.killed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the processes have noted, compared. */
final class Evidence {

	private static final String SOON = "expiring/soon ";

	private final Path directory;

	/** What is wrong: nothing, if all is well. */
	private final List<String> wrong = new ArrayList<>();

	private final Set<String> sent = new HashSet<>();

	private final Set<String> acknowledged = new LinkedHashSet<>();

	private long received;

	private long repeated;

	Evidence(Path directory) {
		this.directory = directory;
	}

	/** Compares all; returns what is wrong. */
	List<String> wrong() {
		for (String name : Publishers.EXACT) {
			this.sent.addAll(read(name, "sent"));
			this.acknowledged.addAll(read(name, "acknowledged"));
		}
		Stream
			.of(Publishers.EXACT, List.of(Publishers.RETAINING), Devices.ALONE, Devices.GROUP, Devices.GUESTS,
					List.of(Devices.CHURNER, Devices.BEGINNER, Devices.TESTATOR, Devices.VISITOR))
			.flatMap(List::stream)
			.forEach((name) -> read(name, "wrong").forEach((line) -> this.wrong.add(name + ": " + line)));
		for (String device : Devices.ALONE) {
			List<String> arrivals = arrivals(device);
			checkArrivals(device, arrivals, this.acknowledged);
			checkWills(device, arrivals);
		}
		List<String> together = together(Devices.GROUP);
		checkArrivals("the group", together, this.acknowledged);
		checkArrivals("the guests", together(Devices.GUESTS),
				this.acknowledged.stream()
					.filter((line) -> line.startsWith("q1/") || line.startsWith("http/"))
					.toList());
		checkWills("the group", together);
		arrivals("absent5").stream()
			.filter((line) -> line.startsWith(SOON))
			.forEach((line) -> this.wrong.add("absent5 got what had expired: " + line));
		checkChurner();
		checkBeginner();
		return this.wrong;
	}

	private List<String> read(String name, String word) {
		return Notes.read(this.directory, name, word);
	}

	private List<String> together(List<String> members) {
		return members.stream().flatMap((member) -> arrivals(member).stream()).toList();
	}

	/** What a device received, which it must not have if it was never sent. */
	private List<String> arrivals(String device) {
		List<String> arrivals = read(device, "received").stream()
			.filter((line) -> !line.startsWith(Probes.END + " "))
			.toList();
		Map<String, Integer> last = new HashMap<>();
		Set<String> seen = new HashSet<>();
		for (String line : arrivals) {
			if (!line.startsWith("will/") && !this.sent.contains(line)) {
				this.wrong.add(device + " got what was never sent: " + line);
			}
			if (seen.add(line) && hasOrder(line, device)) {
				String payload = line.substring(line.indexOf(' ') + 1);
				int dash = payload.indexOf('-');
				int number = Integer.parseInt(payload.substring(dash + 1));
				Integer before = last.put(payload.substring(0, dash), number);
				if (before != null && before > number) {
					this.wrong.add(device + " got " + payload + " after " + before);
				}
			}
		}
		this.received += arrivals.size();
		return arrivals;
	}

	/**
	 * What a publisher sends has one QoS and one order. But what it sends again may have
	 * expired before, or have gone to another of the group.
	 */
	private static boolean hasOrder(String line, String device) {
		boolean ofGroup = Devices.GROUP.contains(device) || Devices.GUESTS.contains(device);
		boolean sentAgain = line.startsWith(SOON) || (ofGroup && !line.startsWith("q2/"));
		return !line.startsWith("will/") && !sentAgain;
	}

	/**
	 * Compares what came with what must come.
	 * @param wanted all but what soon expires
	 */
	private void checkArrivals(String who, List<String> arrivals, Collection<String> wanted) {
		Set<String> distinct = new HashSet<>();
		for (String line : arrivals) {
			if (!distinct.add(line)) {
				this.repeated++;
				if (line.startsWith("q2/") || line.startsWith("will/")) {
					this.wrong.add(who + " got twice: " + line);
				}
			}
		}
		wanted.stream()
			.filter((line) -> !distinct.contains(line) && !line.startsWith(SOON))
			.forEach((line) -> this.wrong.add(who + " never got: " + line));
	}

	private void checkWills(String who, List<String> arrivals) {
		requiredWills().stream()
			.filter((will) -> !arrivals.contains(will))
			.forEach((will) -> this.wrong.add(who + " never got: " + will));
	}

	/** The wills that must be published by now. */
	List<String> requiredWills() {
		List<String> left = new ArrayList<>(read(Devices.TESTATOR, "left"));
		left.removeAll(read(Devices.TESTATOR, "revoked"));
		return left.stream().map((number) -> "will/" + Devices.TESTATOR + "-" + number + " will-" + number).toList();
	}

	private void checkChurner() {
		Map<String, String> states = new HashMap<>();
		for (String line : Notes.read(this.directory, Devices.CHURNER)) {
			String[] words = line.split(" ");
			if (words.length == 2 && !words[0].equals("wrong")) {
				states.put(words[1], words[0]);
			}
		}
		Set<String> probed = new HashSet<>(read(Devices.CHURNER, "received"));
		states.forEach((number, state) -> {
			boolean got = probed.contains("churn/" + number + " probe");
			if (got && state.equals("unsubscribed")) {
				this.wrong.add("the churner is subscribed to " + number + " still");
			}
			if (!got && state.equals("subscribed")) {
				this.wrong.add("the churner has lost its subscription " + number);
			}
		});
	}

	private void checkBeginner() {
		Set<String> probed = new HashSet<>(read(Devices.BEGINNER, "received"));
		List<String> lines = Notes.read(this.directory, Devices.BEGINNER);
		int last = last(lines, "started");
		if (last(lines, "asks") == last && last(lines, "subscribed") == last
				&& !probed.contains("begun/" + last + " probe")) {
			this.wrong.add("the beginner has lost its subscription " + last);
		}
		for (int number = 1; number < last; number++) {
			if (probed.contains("begun/" + number + " probe")) {
				this.wrong.add("the beginner has a subscription of before, " + number + ", after " + last);
			}
		}
	}

	private static int last(List<String> lines, String word) {
		return lines.stream()
			.filter((line) -> line.startsWith(word + " "))
			.mapToInt((line) -> Integer.parseInt(line.substring(word.length() + 1)))
			.max()
			.orElse(0);
	}

	/** The topics of which some device may have had a subscription of its own. */
	List<String> probes() {
		List<String> topics = new ArrayList<>();
		read(Devices.CHURNER, "asks").stream().distinct().forEach((number) -> topics.add("churn/" + number));
		read(Devices.BEGINNER, "asks").forEach((number) -> topics.add("begun/" + number));
		return topics;
	}

	/**
	 * Returns what is wrong with what a new subscriber was sent: of each topic the last
	 * one that was acknowledged, or one that was sent after it.
	 * @param retained payloads by topic
	 */
	List<String> wrongRetained(Map<String, String> retained) {
		List<String> found = new ArrayList<>();
		Map<String, Integer> last = new HashMap<>();
		Set<String> all = new HashSet<>(read(Publishers.RETAINING, "sent"));
		for (String line : read(Publishers.RETAINING, "acknowledged")) {
			last.merge(line.substring(0, line.indexOf(' ')), number(line), Math::max);
		}
		last.forEach((topic, number) -> {
			String payload = retained.get(topic);
			if (payload == null || number(payload) < number || !all.contains(topic + " " + payload)) {
				found.add("retained of " + topic + " is " + payload + ", and " + number + " was acknowledged");
			}
		});
		return found;
	}

	private static int number(String line) {
		return Integer.parseInt(line.substring(line.lastIndexOf('-') + 1));
	}

	String figures() {
		return "acknowledged %d, received %d, again with QoS 1 %d, subscriptions %d, sessions begun anew %d, wills %d, visits %d"
			.formatted(this.acknowledged.size() + read(Publishers.RETAINING, "acknowledged").size(), this.received,
					this.repeated, read(Devices.CHURNER, "subscribed").size(), read(Devices.BEGINNER, "started").size(),
					requiredWills().size(), Notes.read(this.directory, Devices.VISITOR).size());
	}

}

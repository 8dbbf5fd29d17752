package io.heliograph.killed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.heliograph.killed.Receiver.Kind;

/**
 * A process of devices: they come and go until its input ends, and stay from there on.
 */
final class Devices {

	/** Those that each get everything. */
	static final List<String> ALONE = List.of("steady4", "steady5", "restless4", "restless5", "absent5");

	/** Those that get everything together. */
	static final List<String> GROUP = List.of("member1", "member2", "member3");

	/** Those that get everything of QoS 1 together; the sessions of all but one end. */
	static final List<String> GUESTS = List.of("host", "guest1", "guest2");

	/** With a session that ends by their own wish only. */
	static final String CHURNER = "churner";

	static final String BEGINNER = "beginner";

	static final String TESTATOR = "testator";

	static final String VISITOR = "visitor";

	private Devices() {
	}

	/**
	 * @param args the directory of the notes, the port of MQTT, and the seed
	 */
	public static void main(String[] args) throws IOException {
		Path directory = Path.of(args[0]);
		int port = Integer.parseInt(args[1]);
		long seed = Long.parseLong(args[2]);
		CountDownLatch calm = new CountDownLatch(1);
		List<Actor> actors = new ArrayList<>();
		for (String name : ALONE) {
			Kind kind = name.startsWith("steady") ? Kind.STEADY
					: name.startsWith("restless") ? Kind.RESTLESS : Kind.ABSENT;
			actors.add(new Receiver(directory, name, port, seed, calm, name.endsWith("4") ? 4 : 5, kind, filters("")));
		}
		for (String name : GROUP) {
			actors.add(new Receiver(directory, name, port, seed, calm, 5, Kind.RESTLESS, filters("$share/group/")));
		}
		for (String name : GUESTS) {
			Kind kind = name.equals("host") ? Kind.RESTLESS : Kind.GUEST;
			actors.add(new Receiver(directory, name, port, seed, calm, 5, kind, qos1Filters("$share/guests/")));
		}
		actors.add(new Churner(directory, CHURNER, port, seed, calm));
		actors.add(new Beginner(directory, BEGINNER, port, seed, calm));
		actors.add(new Testator(directory, TESTATOR, port, seed, calm));
		actors.add(new Visitor(directory, VISITOR, port, seed, calm));
		actors.forEach((actor) -> new Thread(actor, actor.name).start());
		System.in.readAllBytes();
		calm.countDown();
	}

	private static Map<String, Integer> qos1Filters(String prefix) {
		Map<String, Integer> filters = new LinkedHashMap<>();
		filters.put(prefix + "q1/#", 1);
		filters.put(prefix + "http/#", 1);
		// END comes to each of a group
		filters.put(Probes.END, 2);
		return filters;
	}

	private static Map<String, Integer> filters(String prefix) {
		Map<String, Integer> filters = qos1Filters(prefix);
		filters.put(prefix + "q2/#", 2);
		filters.put(prefix + "expiring/#", 1);
		filters.put(prefix + "will/#", 2);
		return filters;
	}

}

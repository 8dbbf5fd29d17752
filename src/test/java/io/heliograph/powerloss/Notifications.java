package io.heliograph.powerloss;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.heliograph.broker.Fate;
import io.heliograph.broker.MessageId;
import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.RawClient;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Notifications of every kind to a device that is never there, to one that comes late,
 * and to one whose session ends with its connection; and what the server promises.
 */
final class Notifications implements AutoCloseable {

	private static final int UNSUBACK = 11;

	private static final Pattern PORT = Pattern.compile(NotifyingServer.PORT + "(\\d+)");

	private final String name;

	private final int mqtt;

	private final Socket socket;

	private final BufferedReader answers;

	private final String offline;

	private final Peer online;

	private List<Promise> promises = new ArrayList<>();

	private Moment last = Moment.NEVER;

	Notifications(HeliographProcess server, String name) throws IOException {
		this.name = name;
		this.mqtt = server.mqttPort();
		Matcher port = PORT.matcher(server.output());
		if (!port.find()) {
			throw new IllegalStateException("no port in " + server.output());
		}
		this.socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
		this.socket.setSoTimeout(10_000);
		this.answers = new BufferedReader(new InputStreamReader(this.socket.getInputStream(), UTF_8));
		this.offline = name + "-offline";
		try (Peer peer = new Peer(this.mqtt, this.offline, false)) {
			Lane.subscribe(peer, "n/" + name + "/#");
		}
		this.online = new Peer(this.mqtt, name + "-online", true);
		Lane.subscribe(this.online, "n/" + name + "/#");
	}

	private void promise(String what, Moment from, Moment until, Predicate<StoredRows> isKept) {
		this.promises.add(new Promise(this.name + ": " + what, from, until, isKept));
	}

	String ask(String line) throws IOException {
		this.socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
		String answer = this.answers.readLine();
		if (answer == null) {
			throw new IOException("no answer to " + line);
		}
		this.last = (wire) -> wire.at(answer);
		return answer;
	}

	MessageId notify(String kind, String topic, String client) throws IOException {
		MessageId id = new MessageId(UUID.fromString(ask(kind + " " + topic + " " + client)));
		promise("notification: " + kind, this.last, Moment.NEVER, (rows) -> rows.hasNotification(id));
		return id;
	}

	private void promiseFate(String kind, MessageId id, String client, Moment until, Set<Fate> fates) {
		promise(kind + " is one of " + fates, this.last, until, (rows) -> {
			Fate fate = rows.fate(id, client);
			return fate != null && fates.contains(fate);
		});
	}

	/** When the last answer came. */
	Moment last() {
		return this.last;
	}

	/** Publishes some; returns what is promised. */
	List<Promise> publish(int cycle) throws IOException {
		this.promises = new ArrayList<>();
		String topic = "n/" + this.name + "/" + cycle;
		for (String kind : List.of("routed", "high", "retain")) {
			MessageId id = notify(kind, topic + "/" + kind, this.offline);
			promiseFate(kind, id, this.offline, Moment.NEVER, Set.of(Fate.QUEUED));
		}
		MessageId once = notify("once", topic + "/once", this.offline);
		promise("once-key", this.last, Moment.NEVER, (rows) -> rows.hasOnce(once));
		MessageId later = notify("later", topic + "/later", this.offline);
		promise("schedule", this.last, Moment.NEVER, (rows) -> rows.isScheduled(later));
		notify("unstored", topic + "/unstored", this.offline);
		withdraw(topic);
		collapse(topic);
		hold(topic, this.name + "-late" + cycle);
		return this.promises;
	}

	private void withdraw(String topic) throws IOException {
		MessageId id = notify("routed", topic + "/withdrawn", this.offline);
		promiseFate("routed", id, this.offline, this.last, Set.of(Fate.QUEUED));
		ask("withdraw " + id);
		promiseFate("withdrawn", id, this.offline, Moment.NEVER, Set.of(Fate.RECALLED));
	}

	private void collapse(String topic) throws IOException {
		MessageId older = notify("collapse", topic + "/older", this.offline);
		MessageId newer = notify("collapse", topic + "/newer", this.offline);
		promiseFate("older", older, this.offline, Moment.NEVER, Set.of(Fate.SUPERSEDED));
		promiseFate("newer", newer, this.offline, this.last, Set.of(Fate.QUEUED));
	}

	private void hold(String topic, String client) throws IOException {
		MessageId id = notify("hold", topic, client);
		promiseFate("held", id, client, this.last, Set.of(Fate.HELD));
		promiseFate("held", id, client, Moment.NEVER, Set.of(Fate.HELD, Fate.QUEUED));
		try (Peer peer = new Peer(this.mqtt, client, false)) {
			this.last = Lane.subscribe(peer, topic);
			promiseFate("held and released", id, client, this.last, Set.of(Fate.QUEUED));
			int packetId = peer.nextPacketId();
			peer.send(RawClient.unsubscribe(packetId, topic));
			this.last = peer.receive(UNSUBACK, packetId);
			promiseFate("held again", id, client, Moment.NEVER, Set.of(Fate.HELD, Fate.QUEUED));
		}
	}

	@Override
	public void close() throws IOException {
		this.online.close();
		this.socket.close();
	}

}

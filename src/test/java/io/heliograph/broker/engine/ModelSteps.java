package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.Priority;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;

/** What is done to a model, drawn from its seed. */
final class ModelSteps {

	private static final int MOST_LAGGING = 30;

	private final Model model;

	private final Random random;

	private int number;

	/** How many steps more nothing is durable by itself. */
	private int lagging;

	ModelSteps(Model model) {
		this.model = model;
		this.random = model.random;
	}

	void run(int steps) {
		for (ModelDevice device : this.model.devices) {
			if (device.kept) {
				connect(device);
			}
		}
		this.model.engine.settle();
		for (int i = 0; i < steps; i++) {
			step(this.model.devices.get(this.random.nextInt(this.model.devices.size())));
			lag();
		}
		this.model.end();
	}

	/** Sometimes the disk is behind, and sometimes it ends so. */
	private void lag() {
		this.model.engine.apply();
		if (this.lagging > 0) {
			this.lagging--;
			this.model.store.sync(this.random.nextInt(3));
			if (this.lagging == 0) {
				if (this.random.nextInt(4) > 0) {
					this.model.cut();
				}
				else {
					this.model.store.syncAll();
				}
			}
		}
		else if (this.random.nextInt(40) == 0) {
			this.lagging = 1 + this.random.nextInt(MOST_LAGGING);
			this.model.note("lag " + this.lagging);
			this.model.store.lag();
		}
	}

	private void step(ModelDevice device) {
		switch (this.random.nextInt(24)) {
			case 0, 1, 2, 3, 4 -> publish();
			case 5, 6 -> publishHeld();
			case 7 -> leave(device);
			case 8, 9 -> connect(device);
			case 10, 11, 12, 13 -> take(device);
			case 14, 15, 16, 17 -> device.answer(1 + this.random.nextInt(4), this.random);
			case 18 -> withdraw();
			case 19 -> pass();
			case 20 -> change(device);
			case 21 -> startClean(device);
			case 22 -> restart();
			default -> look();
		}
	}

	private void publish() {
		String topic = "m/" + this.number++;
		boolean collapses = this.random.nextInt(6) == 0;
		Message message = message(topic);
		ModelMessage published = publish(message, collapses || this.random.nextBoolean(), Audience.SUBSCRIBERS,
				collapses ? "key" : null);
		for (ModelDevice device : this.model.devices) {
			if (device.subscriptions.contains(Model.OWN) && (device.kept || device.connected)) {
				published.most++;
				if (device.kept) {
					published.own.add(device.id);
				}
			}
		}
		for (String group : Model.GROUPS) {
			boolean any = this.model.devices.stream().anyMatch((device) -> this.model.isMember(group, device));
			published.most += any ? 1 : 0;
			if (this.model.devices.stream().anyMatch((device) -> device.kept && device.subscriptions.contains(group))) {
				published.groups.add(group);
			}
		}
		this.model.add(published);
	}

	/** To two devices, which are waited for. */
	private void publishHeld() {
		ModelMessage published = publish(message("h/" + this.number++), true, TestMessages.only(true, "kept1", "kept2"),
				(this.random.nextInt(4) == 0) ? "key" : null);
		published.own.addAll(List.of("kept1", "kept2"));
		published.most = 2;
		this.model.add(published);
	}

	private Message message(String topic) {
		Qos qos = (this.random.nextInt(6) == 0) ? Qos.AT_MOST_ONCE : Qos.of(1 + this.random.nextInt(2));
		Instant expiresAt = (this.random.nextInt(5) == 0)
				? this.model.clock.instant().plusSeconds(1 + this.random.nextInt(20)) : null;
		return new Message(MessageId.next(this.model.clock.millis()), new Topic(topic), new byte[1], qos, false,
				expiresAt, (this.random.nextInt(4) == 0) ? Priority.HIGH : Priority.NORMAL, MessageProperties.NONE,
				null);
	}

	private ModelMessage publish(Message message, boolean ofLedger, Audience audience, String key) {
		Engine engine = this.model.engine.engine();
		if (!ofLedger) {
			return new ModelMessage(message, null, engine.publish(List.of(message)).thenApply((all) -> all.get(0)));
		}
		Notification notification = new Notification(message, audience, "model", null, null, key, new byte[0]);
		if (key != null) {
			this.model.messages()
				.forEach((older) -> older.superseded |= older.notification != null
						&& key.equals(older.notification.collapseKey()));
		}
		CompletionStage<Outcome> outcome = engine.notify(List.of(notification)).thenApply((all) -> all.get(0));
		return new ModelMessage(message, notification, outcome);
	}

	private void connect(ModelDevice device) {
		this.model.note("connect " + device.id);
		device.connect(1 + this.random.nextInt(5));
		// what a cut takes of what is kept would not be known
		if (device.subscriptions.isEmpty() && (!device.kept || this.lagging == 0)) {
			subscribe(device);
		}
	}

	private void subscribe(ModelDevice device) {
		Model.GROUPS.forEach((group) -> subscribe(device, group, this.random.nextInt(3) > 0));
		subscribe(device, Model.OWN, this.random.nextInt(3) == 0);
		this.model.membersLeft();
	}

	private void subscribe(ModelDevice device, String filter, boolean isSo) {
		if (isSo) {
			this.model.note("subscribe " + device.id + " " + filter);
			device.subscribe(filter);
		}
	}

	private void leave(ModelDevice device) {
		if (device.connected) {
			this.model.note("leave " + device.id);
			device.leave();
		}
	}

	private void take(ModelDevice device) {
		if (device.connected) {
			device.client.receiveNow();
			device.take(device.client.written());
		}
	}

	private void withdraw() {
		List<ModelMessage> all = this.model.messages();
		if (!all.isEmpty()) {
			ModelMessage one = all.get(Math.max(0, all.size() - 1 - this.random.nextInt(6)));
			if (one.notification != null) {
				this.model.note("withdraw " + one.topic());
				one.withdrawn = true;
				this.model.engine.engine().withdraw(one.message.id());
			}
		}
	}

	private void pass() {
		int seconds = this.random.nextInt(8);
		this.model.note("pass " + seconds);
		if (this.lagging == 0 && this.random.nextInt(4) == 0) {
			this.model.engine.pass(1 + seconds);
		}
		else {
			this.model.clock.move(Duration.ofSeconds(seconds));
		}
	}

	/** Subscribes, or not any more; durable at once, so that it is known. */
	private void change(ModelDevice device) {
		if (this.lagging > 0 || !device.connected) {
			return;
		}
		String filter = List.of(Model.OWN, Model.HELD, Model.HELD, Model.GROUPS.get(this.random.nextInt(2)))
			.get(this.random.nextInt(4));
		if (device.subscriptions.contains(filter)) {
			this.model.note("unsubscribe " + device.id + " " + filter);
			device.unsubscribe(filter);
			this.model.membersLeft();
		}
		else {
			subscribe(device, filter, true);
		}
		this.model.engine.settle();
	}

	private void startClean(ModelDevice device) {
		if (this.lagging == 0 && this.random.nextInt(4) == 0) {
			this.model.note("start clean " + device.id);
			this.model.abandoned(device);
			device.startClean(1 + this.random.nextInt(5));
			this.model.membersLeft();
			subscribe(device);
			this.model.engine.settle();
		}
	}

	private void restart() {
		if (this.lagging == 0 && this.random.nextInt(3) == 0) {
			this.model.restart();
		}
	}

	private void look() {
		if (this.lagging == 0 && this.random.nextInt(4) == 0) {
			this.model.look();
		}
	}

}

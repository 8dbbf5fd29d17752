package io.heliograph.powerloss;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.heliograph.HeliographApplication;
import io.heliograph.broker.Audience;
import io.heliograph.broker.Broker;
import io.heliograph.broker.Broker.Withdrawn;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Notification;
import io.heliograph.broker.OnceKey;
import io.heliograph.broker.Priority;
import io.heliograph.lifecycle.LifecycleMessages;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;

import org.springframework.boot.SpringApplication;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The application, which also takes notifications of every kind by lines on a socket:
 * HTTP has not all of them. It answers each, as HTTP does, when its stage completes.
 */
final class NotifyingServer {

	/** Begins the line that tells the port. */
	static final String PORT = "notifications on port ";

	private NotifyingServer() {
	}

	public static void main(String[] args) {
		try {
			SpringApplication application = new SpringApplication(HeliographApplication.class, Notifier.class);
			application.addListeners(new LifecycleMessages());
			application.run(args);
		}
		catch (Throwable ex) {
			System.exit(1);
		}
	}

	/** Listens. */
	static final class Notifier {

		private static final Instant FOR_LONG = Instant.now().plusSeconds(1_000_000);

		private final Broker broker;

		private final ServerSocket server;

		Notifier(Broker broker) throws IOException {
			this.broker = broker;
			this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
			start(this::accept);
			System.out.println(PORT + this.server.getLocalPort());
		}

		private static void start(Runnable task) {
			Thread thread = new Thread(task, "notifier");
			thread.setDaemon(true);
			thread.start();
		}

		private void accept() {
			try {
				while (true) {
					Socket accepted = this.server.accept();
					start(() -> answer(accepted));
				}
			}
			catch (IOException ex) {
				System.out.println("the notifier ended: " + ex);
			}
		}

		private void answer(Socket accepted) {
			try (Socket socket = accepted) {
				BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
				OutputStream out = socket.getOutputStream();
				for (String line = lines.readLine(); line != null; line = lines.readLine()) {
					String answer = answer(line.split(" "));
					out.write((answer + "\n").getBytes(UTF_8));
				}
			}
			catch (IOException ex) {
				System.out.println("the notifier ended: " + ex);
			}
		}

		/** Words: the kind, the topic or the id, and the client if it is for one. */
		private String answer(String[] words) {
			if (words[0].equals("withdraw")) {
				Withdrawn withdrawn = this.broker.withdraw(new MessageId(UUID.fromString(words[1])))
					.toCompletableFuture()
					.join();
				return "withdrawn " + words[1] + " " + withdrawn.recalled();
			}
			Notification notification = notification(words[0], words[1], new ClientId(words[2]));
			this.broker.publish(List.of(notification)).toCompletableFuture().join();
			return notification.message().id().toString();
		}

		private static Notification notification(String kind, String topic, ClientId client) {
			Message message = new Message(MessageId.next(System.currentTimeMillis()), new Topic(topic),
					topic.getBytes(UTF_8), kind.equals("unstored") ? Qos.AT_MOST_ONCE : Qos.EXACTLY_ONCE,
					kind.equals("retain"), kind.equals("hold") ? FOR_LONG : null,
					kind.equals("high") ? Priority.HIGH : Priority.NORMAL, MessageProperties.NONE, null);
			OnceKey once = kind.equals("once") ? new OnceKey("test", topic, new byte[] { 1, 2, 3 }, FOR_LONG) : null;
			return new Notification(message,
					kind.equals("hold") ? new Audience.Only(Set.of(client), true) : Audience.SUBSCRIBERS, "test", once,
					kind.equals("later") ? FOR_LONG : null, kind.equals("collapse") ? "key" : null, new byte[] { 7 });
		}

	}

}

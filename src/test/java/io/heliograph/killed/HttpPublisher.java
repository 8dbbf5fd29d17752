package io.heliograph.killed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;

import io.heliograph.testing.Heliograph;

/** Publishes one message after the other, each once. */
final class HttpPublisher extends Actor {

	private static final int MAX_PAUSE_MILLIS = 10;

	private final HttpClient client = HttpClient.newHttpClient();

	private final URI uri;

	private int number;

	HttpPublisher(Path directory, String name, int port, int httpPort, long seed, CountDownLatch calm) {
		super(directory, name, port, seed, calm);
		this.uri = URI.create("http://127.0.0.1:" + httpPort + "/api/publish");
	}

	@Override
	boolean turn() {
		while (!calm()) {
			this.number++;
			String note = "http/t " + this.name + "-" + this.number;
			this.notes.add("sent " + note);
			if (!publish(this.name + "-" + this.number)) {
				return true;
			}
			this.notes.add("acknowledged " + note);
			pause(this.random.nextInt(MAX_PAUSE_MILLIS));
		}
		return false;
	}

	private boolean publish(String payload) {
		String credentials = "admin:" + Heliograph.ADMIN_PASSWORD;
		HttpRequest request = HttpRequest.newBuilder(this.uri)
			.timeout(Duration.ofSeconds(20))
			.header("Content-Type", "application/json")
			.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
			.POST(BodyPublishers.ofString("{\"topic\":\"http/t\",\"payload\":\"" + payload + "\"}"))
			.build();
		try {
			return this.client.send(request, BodyHandlers.discarding()).statusCode() == 202;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

package io.heliograph.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes HTTP requests in the name of a user. JSON may be written with ' in the place of
 * ".
 */
public final class HttpCalls {

	private static final JsonMapper MAPPER = new JsonMapper();

	private final HttpClient client;

	private final URI server;

	private final @Nullable String authorization;

	/**
	 * @param authorization the header, or null for none
	 */
	HttpCalls(HttpClient client, URI server, @Nullable String authorization) {
		this.client = client;
		this.server = server;
		this.authorization = authorization;
	}

	static String basic(String user, String password) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	public Answer get(String path) {
		return send(path, HttpRequest.newBuilder().GET());
	}

	public Answer post(String path, String json) {
		return send(path, json(json, "POST"));
	}

	public Answer put(String path, String json) {
		return send(path, json(json, "PUT"));
	}

	public Answer delete(String path) {
		return send(path, HttpRequest.newBuilder().DELETE());
	}

	private static HttpRequest.Builder json(String json, String method) {
		return HttpRequest.newBuilder()
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(json.replace('\'', '"')));
	}

	/** Sends any request; path and user are added. */
	public Answer send(String path, HttpRequest.Builder request) {
		request.uri(this.server.resolve(path)).timeout(Duration.ofSeconds(20));
		if (this.authorization != null) {
			request.header("Authorization", this.authorization);
		}
		try {
			return new Answer(this.client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** An answer. */
	public record Answer(HttpResponse<String> response) {

		public int status() {
			return this.response.statusCode();
		}

		public String body() {
			return this.response.body();
		}

		public String header(String name) {
			return this.response.headers().firstValue(name).orElse("");
		}

		public JsonNode json() {
			return MAPPER.readTree(body());
		}

		/** The kind of the problem, without what all of them begin with. */
		public String problem() {
			return json().get("type").asString().replace("urn:heliograph:problem:", "");
		}

		public Answer expect(int status) {
			if (status() != status) {
				throw new AssertionError("expected " + status + ", got " + status() + ": " + body());
			}
			return this;
		}

	}

}

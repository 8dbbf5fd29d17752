package io.heliograph.testing;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.heliograph.HeliographApplication;
import io.heliograph.audit.AuditLog;
import io.heliograph.broker.BrokerLife;
import io.heliograph.broker.BrokerLife.Listener;
import io.heliograph.broker.Queues;
import io.heliograph.broker.Sessions;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application as a user starts it, on free ports of 127.0.0.1, with a listener for
 * each protocol that admits no anonymous clients. The first admin's password is
 * {@code admin-secret}.
 */
public final class Heliograph implements AutoCloseable {

	public static final String ADMIN_PASSWORD = "admin-secret";

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private Heliograph(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts it.
	 * @param settings more settings, as in {@code heliograph.acl.no-rules=allow}
	 */
	public static Heliograph start(Path dataDirectory, String... settings) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--heliograph.data-dir=" + dataDirectory,
				"--heliograph.admin.password=" + ADMIN_PASSWORD, "--heliograph.listeners[0].name=tcp",
				"--heliograph.listeners[0].port=0", "--heliograph.listeners[1].name=ws",
				"--heliograph.listeners[1].protocol=websockets", "--heliograph.listeners[1].port=0"));
		for (String setting : settings) {
			arguments.add("--" + setting);
		}
		return new Heliograph(SpringApplication.run(HeliographApplication.class, arguments.toArray(String[]::new)));
	}

	/** The port of HTTP. */
	public int httpPort() {
		return ((WebServerApplicationContext) this.context).getWebServer().getPort();
	}

	/** The port of MQTT over TCP. */
	public int mqttPort() {
		return address("tcp").getPort();
	}

	/** The port of MQTT over WebSocket, at the path /mqtt. */
	public int webSocketPort() {
		return address("ws").getPort();
	}

	private InetSocketAddress address(String name) {
		return this.context.getBean(BrokerLife.class)
			.listeners()
			.stream()
			.filter((listener) -> listener.name().equals(name))
			.findFirst()
			.map(Listener::address)
			.orElseThrow();
	}

	public Sessions sessions() {
		return this.context.getBean(Sessions.class);
	}

	public Queues queues() {
		return this.context.getBean(Queues.class);
	}

	public AuditLog audit() {
		return this.context.getBean(AuditLog.class);
	}

	/** All that it answers over HTTP. */
	public Set<Endpoint> endpoints() {
		return Endpoint.of(this.context);
	}

	/** Makes requests as admin. */
	public HttpCalls admin() {
		return as("admin", ADMIN_PASSWORD);
	}

	/** Makes requests as a user. */
	public HttpCalls as(String user, String password) {
		return calls(HttpCalls.basic(user, password));
	}

	/** Makes requests with an API key. */
	public HttpCalls withKey(String token) {
		return calls("Bearer " + token);
	}

	private HttpCalls calls(@Nullable String authorization) {
		return new HttpCalls(this.client, URI.create("http://127.0.0.1:" + httpPort()), authorization);
	}

	/** Makes requests without saying who. */
	public HttpCalls anyone() {
		return calls(null);
	}

	/** Adds a user without a role whose password is {@code <name>-secret}. */
	public Heliograph user(String name) {
		return user(name, "null");
	}

	/**
	 * Adds a user whose password is {@code <name>-secret}.
	 * @param role as in {@code "PUBLISHER"} in JSON
	 */
	public Heliograph user(String name, String role) {
		admin().post("/api/admin/users", "{'name':'%s','password':'%s-secret','role':%s}".formatted(name, name, role))
			.expect(201);
		return this;
	}

	/** Adds a rule for a user; returns its number. */
	public long rule(String user, String access, String topic) {
		return admin()
			.post("/api/admin/acl/rules",
					"{'scope':'user','user':'%s','access':'%s','topic':'%s'}".formatted(user, access, topic))
			.expect(201)
			.json()
			.get("id")
			.asLong();
	}

	/** Publishes as admin. */
	public HttpCalls.Answer publish(String topic, String payload, int qos, boolean retain) {
		HttpRequest.Builder request = HttpRequest.newBuilder()
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(payload));
		return admin().send("/api/publish?topic=%s&qos=%d&retain=%b".formatted(topic, qos, retain), request)
			.expect(202);
	}

	@Override
	public void close() {
		this.context.close();
	}

}

package io.heliograph.devices;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import org.jspecify.annotations.Nullable;

/** What HiveMQ's clients of both versions have in common. */
abstract class HiveMqDevice extends Device {

	private final CompletableFuture<Integer> end = new CompletableFuture<>();

	private boolean connectedOnce;

	/**
	 * Begins to make a client.
	 * @param webSocket null for TCP
	 */
	MqttClientBuilder builder(int port, Login login, @Nullable MqttWebSocketConfig webSocket) {
		MqttClientBuilder builder = MqttClient.builder()
			.identifier(login.id())
			.serverHost("127.0.0.1")
			.serverPort(port)
			.addDisconnectedListener((context) -> {
				if (context.getSource() == MqttDisconnectSource.SERVER) {
					this.end.complete((context.getCause() instanceof Mqtt5DisconnectException ex)
							? ex.getMqttMessage().getReasonCode().getCode() : 0);
				}
			});
		return (webSocket != null) ? builder.webSocketConfig(webSocket) : builder;
	}

	final void came(MqttTopic topic, byte[] payload, MqttQos qos, boolean retain) {
		came(new Received(topic.toString(), new String(payload, StandardCharsets.UTF_8), qos.getCode(), retain));
	}

	final void ensureConnected() {
		if (!this.connectedOnce) {
			accepted(connect());
			this.connectedOnce = true;
		}
	}

	/** Sends DISCONNECT; fails if there is no connection. */
	abstract CompletableFuture<Void> disconnect();

	@Override
	void leave() {
		await(disconnect());
	}

	@Override
	public void close() {
		await(disconnect().exceptionally((ex) -> null));
	}

	/**
	 * Waits until the server ends the connection; returns the reason code of its
	 * DISCONNECT, 0 if there is none.
	 */
	int awaitEnd() {
		return await(this.end);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static MqttQos qos(int qos) {
		return MqttQos.values()[qos];
	}

	static <T> T await(CompletableFuture<T> result) {
		return result.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
	}

	/** Waits for an answer, also if it is one that fails with an exception. */
	static <T, E extends Exception> T answer(CompletableFuture<T> answer, Class<E> failure, Function<E, T> refusal) {
		try {
			return await(answer);
		}
		catch (CompletionException ex) {
			if (failure.isInstance(ex.getCause())) {
				return refusal.apply(failure.cast(ex.getCause()));
			}
			throw ex;
		}
	}

}

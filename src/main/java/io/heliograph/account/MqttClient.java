package io.heliograph.account;

import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected over MQTT.
 *
 * @param userId the user's id, never used again after the user is deleted; null if
 * anonymous
 * @param userName the user's name; null if anonymous
 * @param id the client id
 */
public record MqttClient(@Nullable Long userId, @Nullable String userName, ClientId id) {
}

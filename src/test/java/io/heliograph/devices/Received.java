package io.heliograph.devices;

/** A message as a device got it. */
record Received(String topic, String payload, int qos, boolean retain) {
}

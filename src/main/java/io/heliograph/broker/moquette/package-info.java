/**
 * MQTT on the network: listeners, and for each connection a guard between the codec and
 * the engine.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "mqtt", "web", "account", "broker", "broker.engine" })
package io.heliograph.broker.moquette;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

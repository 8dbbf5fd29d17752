/**
 * The engine: routing, sessions, queues, retained messages and wills, without any
 * network.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "mqtt", "account", "broker", "broker.rows", "broker.store" })
package io.heliograph.broker.engine;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

/**
 * The engine: routing, sessions, queues, retained messages and wills, without any
 * network.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "mqtt", "account", "broker" })
package io.heliograph.broker.engine;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

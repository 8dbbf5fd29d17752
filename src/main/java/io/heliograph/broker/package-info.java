/**
 * The broker as the other modules see it: messages in, copies out, sessions and queues to
 * look at.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "mqtt", "account" })
package io.heliograph.broker;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

/** The devices that are known: client ids, and whose they are. */
@NullMarked
@ApplicationModule(allowedDependencies = { "mqtt", "web", "account", "broker" })
package io.heliograph.device;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

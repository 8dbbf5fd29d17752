/** What tells how the server is. */
@NullMarked
@ApplicationModule(allowedDependencies = { "broker", "storage", "audit" })
package io.heliograph.telemetry;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

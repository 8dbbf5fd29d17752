/** What tells how the server is. */
@NullMarked
@ApplicationModule(allowedDependencies = { "broker", "storage" })
package io.heliograph.telemetry;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

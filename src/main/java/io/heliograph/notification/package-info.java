/** What backends publish over HTTP. */
@NullMarked
@ApplicationModule(allowedDependencies = { "mqtt", "web", "account", "broker" })
package io.heliograph.notification;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

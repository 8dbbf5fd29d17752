/** Says in one sentence why the application cannot start. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.heliograph.startup;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

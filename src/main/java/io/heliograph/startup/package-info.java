/** Says that the application has started, or in one sentence why it cannot. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.heliograph.startup;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

/** The data directory, and the database of what people configure. */
@NullMarked
@ApplicationModule(allowedDependencies = "web")
package io.heliograph.storage;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

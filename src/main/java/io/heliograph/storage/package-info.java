/** The data directory, and the database of what people configure. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.heliograph.storage;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

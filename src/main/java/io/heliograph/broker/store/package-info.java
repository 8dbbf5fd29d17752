/** Where the broker keeps what outlives the process: ordered keys and atomic batches. */
@NullMarked
@ApplicationModule(allowedDependencies = { "storage", "broker" })
package io.heliograph.broker.store;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

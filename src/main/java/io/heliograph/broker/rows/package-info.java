/**
 * What the broker keeps as it stands in the store: the keys and values of each family.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "mqtt", "account", "broker", "broker.store" })
package io.heliograph.broker.rows;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

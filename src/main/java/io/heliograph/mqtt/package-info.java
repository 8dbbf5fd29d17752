/** The values of MQTT: topics, filters, client ids, qualities of service. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.heliograph.mqtt;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

/** Users, what they may read and write, and the one decision about it. */
@NullMarked
@ApplicationModule(allowedDependencies = { "mqtt", "web", "storage", "audit", "account.secret" })
package io.heliograph.account;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

/** What is kept of passwords and keys, and the secrets that nobody chose. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.heliograph.account.secret;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

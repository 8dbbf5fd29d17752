/** The start and the end of the process: what each is told about, and how both end. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.heliograph.lifecycle;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

/** Who changed what: rows in files of their own, which are only added to. */
@NullMarked
@ApplicationModule(allowedDependencies = { "web", "storage" })
package io.heliograph.audit;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

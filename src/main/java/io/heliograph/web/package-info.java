/**
 * What every endpoint has in common: problem details, limits of requests, where they may
 * come from.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.heliograph.web;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;

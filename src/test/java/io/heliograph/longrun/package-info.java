/** Runs of minutes, at a process of its own: only with {@code -Plong}. */
@NullMarked
package io.heliograph.longrun;

import org.jspecify.annotations.NullMarked;

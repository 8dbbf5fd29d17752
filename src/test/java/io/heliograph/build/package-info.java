/** What builds Heliograph. */
@NullMarked
package io.heliograph.build;

import org.jspecify.annotations.NullMarked;

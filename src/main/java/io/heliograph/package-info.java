/** The application. */
@NullMarked
package io.heliograph;

import org.jspecify.annotations.NullMarked;

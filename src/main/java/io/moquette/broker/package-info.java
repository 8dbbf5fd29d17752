/**
 * The seam to Moquette: its constructors and methods that we use are visible in its own
 * package only.
 */
@NullMarked
package io.moquette.broker;

import org.jspecify.annotations.NullMarked;

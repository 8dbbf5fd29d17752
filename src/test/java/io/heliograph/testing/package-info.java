/** What tests of several modules use. */
@NullMarked
package io.heliograph.testing;

import org.jspecify.annotations.NullMarked;

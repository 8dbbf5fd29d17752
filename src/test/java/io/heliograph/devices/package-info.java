/** What devices see: clients of other projects at the whole application. */
@NullMarked
package io.heliograph.devices;

import org.jspecify.annotations.NullMarked;

/** What the server leaves on the disk when the power is cut, in the words of strace. */
@NullMarked
package io.heliograph.powerloss;

import org.jspecify.annotations.NullMarked;

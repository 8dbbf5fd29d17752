/**
 * A server that is killed at random moments while publishers and devices, which are
 * processes of their own, go on, or whose disk fills: what it acknowledged is there
 * afterwards.
 */
@NullMarked
package io.heliograph.killed;

import org.jspecify.annotations.NullMarked;

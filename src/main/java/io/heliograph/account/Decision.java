package io.heliograph.account;

import org.jspecify.annotations.Nullable;

/**
 * An answer of the rules.
 *
 * @param allowed whether it may be done
 * @param rule the rule that decided, or null if none matched
 */
public record Decision(boolean allowed, @Nullable AccessRule rule) {
}

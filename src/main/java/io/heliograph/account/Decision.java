package io.heliograph.account;

import io.heliograph.account.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the rules.
 *
 * @param allowed whether it may be done
 * @param rule the rule that decided, or null if none matched
 * @param why why not; without meaning if it may be done
 */
public record Decision(boolean allowed, @Nullable AccessRule rule, Reason why) {

	/** Decides by a rule, or for want of one. */
	public Decision(boolean allowed, @Nullable AccessRule rule) {
		this(allowed, rule, (rule != null) ? Reason.RULE : Reason.NO_RULE);
	}

	/** Denies, whatever the rules are. */
	static Decision denied(Reason why) {
		return new Decision(false, null, why);
	}

}

package io.heliograph.account;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Why the rules decide as they do.
 *
 * @param allowed whether it may be done
 * @param rule the rule that decided, or null if none did
 * @param because the reason in a sentence
 * @param rules the rules that were looked at, in the order in which they count
 * @param hint what would have to be otherwise for it to be allowed, if little would
 */
record Explanation(boolean allowed, @Nullable RuleView rule, String because, List<Considered> rules,
		@Nullable String hint) {

	/**
	 * A rule that was looked at.
	 *
	 * @param matches whether it is about this
	 * @param because why, or why not
	 */
	record Considered(RuleView rule, boolean matches, String because) {
	}

}

package io.heliograph.account;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A rule as it is answered.
 *
 * @param user the user's name
 */
record RuleView(long id, Scope scope, @Nullable String user, Access access, String topic) {

	static RuleView of(AccessRule rule, UserDirectory users) {
		User user = (rule.userId() != null) ? users.byId(rule.userId()) : null;
		return new RuleView(rule.id(), rule.scope(), (user != null) ? user.name() : null, rule.access(),
				rule.topic().value());
	}

}

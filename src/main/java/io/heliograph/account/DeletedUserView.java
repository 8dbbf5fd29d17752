package io.heliograph.account;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/** A user that is deleted, and what goes with it. */
record DeletedUserView(@JsonUnwrapped UserView user, List<RuleView> rules, List<ApiKeyView> apiKeys) {

	static DeletedUserView of(User user, UserDirectory users, AccessRules rules, KeyRing keys) {
		return new DeletedUserView(UserView.of(user),
				rules.of(user.id()).stream().map((rule) -> RuleView.of(rule, users)).toList(),
				keys.of(user.id()).stream().map((key) -> ApiKeyView.of(key, users, keys)).toList());
	}

}

package io.heliograph.account;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.TopicFilter;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.web.ErrorResponseException;

/**
 * A rule as it is sent; what is left out is null.
 *
 * @param user the user's name
 */
record RuleRequest(@Nullable Scope scope, @Nullable String user, @Nullable Access access, @Nullable String topic) {

	/** A new rule. */
	AccessRule rule(UserDirectory users) {
		return rule(AccessRule.UNNUMBERED, users);
	}

	/** The rule of a number, with nothing of what it was before. */
	AccessRule rule(long id, UserDirectory users) {
		Scope scope = Required.field("scope", this.scope);
		Access access = Required.field("access", this.access);
		TopicFilter topic = topic(scope, access, Required.field("topic", this.topic));
		return new AccessRule(id, scope, userId(scope, users), access, topic);
	}

	/** The rule that comes of another one, which has what is left out. */
	AccessRule changed(AccessRule present, UserDirectory users) {
		Scope scope = (this.scope != null) ? this.scope : present.scope();
		Access access = (this.access != null) ? this.access : present.access();
		TopicFilter topic = topic(scope, access, (this.topic != null) ? this.topic : present.topic().value());
		boolean keepsUser = this.user == null && scope == Scope.USER && present.userId() != null;
		return new AccessRule(present.id(), scope, keepsUser ? present.userId() : userId(scope, users), access, topic);
	}

	private @Nullable Long userId(Scope scope, UserDirectory users) {
		if ((scope == Scope.USER) != (this.user != null)) {
			throw Problem.INVALID_VALUE
				.with("A rule of the scope user names its 'user', and one of another scope must not.");
		}
		return (this.user != null) ? users.find(this.user).map(User::id).orElseThrow(() -> unknownUser(this.user))
				: null;
	}

	/** What could never be of effect is refused. */
	private static TopicFilter topic(Scope scope, Access access, String text) {
		try {
			TopicFilter topic = new TopicFilter(text);
			if (text.startsWith(ShareableFilter.SHARE)) {
				throw new IllegalArgumentException(
						"a rule is about topics; write the filter alone, without $share and the group.");
			}
			if (access == Access.WRITE && text.startsWith("$")) {
				throw new IllegalArgumentException("nobody may write to topics that start with $.");
			}
			if (scope == Scope.EVERYONE && topic.levels().stream().anyMatch(RuleRequest::isPartlyVariable)) {
				throw new IllegalArgumentException(
						"%u and %c stand for a whole level of a topic each, as in devices/%c/cmd.");
			}
			return topic;
		}
		catch (IllegalArgumentException ex) {
			throw Problem.INVALID_VALUE.with("The field 'topic' is not valid: " + ex.getMessage());
		}
	}

	private static boolean isPartlyVariable(String level) {
		return (level.contains(Subject.USER_NAME) || level.contains(Subject.CLIENT_ID)) && level.length() > 2;
	}

	private static ErrorResponseException unknownUser(String name) {
		return Problem.INVALID_VALUE
			.with("There is no user '" + Problem.cut(name) + "'; add it first with POST /api/admin/users.");
	}

	/** The answer where a user was deleted while a rule about it was to be made. */
	static ErrorResponseException userIsGone() {
		return Problem.INVALID_VALUE.with("The 'user' was deleted at this moment; nothing was changed.");
	}

}

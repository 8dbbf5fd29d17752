package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * Whom a decision is about.
 *
 * @param userId the user's id, or null if anonymous
 * @param userName the user's name, or null if anonymous
 * @param clientId the client id, or null over HTTP
 */
record Subject(@Nullable Long userId, @Nullable String userName, @Nullable String clientId) {

	static final String USER_NAME = "%u";

	static final String CLIENT_ID = "%c";

	static Subject of(MqttClient client) {
		return new Subject(client.userId(), client.userName(), client.id().value());
	}

	/** Whether a rule covers a topic for this subject. */
	boolean covers(AccessRule rule, Topic topic) {
		TopicFilter filter = filterOf(rule);
		return filter != null && filter.matches(topic);
	}

	/**
	 * Returns the filter of a rule with this subject's names in the place of the
	 * variables, or null if the rule is not about it: a name that is no single plain
	 * level must not stand for one, nor one with $ for the first, else it could widen the
	 * rule.
	 */
	@Nullable TopicFilter filterOf(AccessRule rule) {
		TopicFilter filter = rule.topic();
		if (rule.scope() != AccessRule.Scope.EVERYONE) {
			return filter;
		}
		if (wild()) {
			return null;
		}
		if (filter.value().indexOf('%') < 0) {
			return filter;
		}
		List<String> levels = new ArrayList<>();
		for (String level : filter.levels()) {
			String value = level.equals(USER_NAME) ? this.userName : level.equals(CLIENT_ID) ? this.clientId : level;
			if (value == null || value.indexOf('/') >= 0) {
				return null;
			}
			levels.add(value);
		}
		boolean reservedByName = levels.get(0).startsWith("$") && !filter.value().startsWith("$");
		return reservedByName ? null : TopicFilter.of(levels);
	}

	/** Says why a rule is not about this subject, or returns null if it is. */
	@Nullable String obstacle(AccessRule rule) {
		if (filterOf(rule) != null) {
			return null;
		}
		if (wild()) {
			return "the user name or the client id holds + or #, and no rule of everyone is for such a one";
		}
		List<String> levels = rule.topic().levels();
		if (levels.contains(USER_NAME) && this.userName == null) {
			return "there is no user name for %u";
		}
		if (levels.contains(CLIENT_ID) && this.clientId == null) {
			return "there is no client id for %c";
		}
		return "%u and %c stand for one level, and not for a name with / or, as the first, with $";
	}

	/**
	 * Whether one of its names holds a wildcard: the rules of everyone are not for it.
	 */
	boolean wild() {
		return wild(this.userName) || wild(this.clientId);
	}

	private static boolean wild(@Nullable String name) {
		return name != null && (name.indexOf('+') >= 0 || name.indexOf('#') >= 0);
	}

}

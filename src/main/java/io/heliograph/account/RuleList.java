package io.heliograph.account;

import java.util.List;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one scope: of a user, of the anonymous, or of everyone; in the order of
 * their numbers. Immutable.
 */
final class RuleList {

	static final RuleList EMPTY = new RuleList(List.of());

	/** Up to so many, to try one after the other takes less time and memory. */
	private static final int FEW = 4;

	private final List<AccessRule> rules;

	private final @Nullable RuleTree tree;

	RuleList(List<AccessRule> rules) {
		this.rules = rules;
		this.tree = (rules.size() > FEW) ? new RuleTree(rules) : null;
	}

	List<AccessRule> rules() {
		return this.rules;
	}

	/**
	 * Returns rules among which are all that decide what may be read under a filter.
	 */
	List<AccessRule> under(TopicFilter filter) {
		return (this.tree != null) ? this.tree.under(filter) : this.rules;
	}

	/**
	 * Decides by the first rule that denies the topic, else by the first that grants the
	 * action; returns null if there is neither.
	 */
	@Nullable Decision decide(Subject who, Action action, Topic topic) {
		return (this.tree != null) ? this.tree.decide(who, action, topic) : tryEach(who, action, topic);
	}

	private @Nullable Decision tryEach(Subject who, Action action, Topic topic) {
		AccessRule grant = null;
		for (AccessRule rule : this.rules) {
			if (rule.denies()) {
				if (who.covers(rule, topic)) {
					return new Decision(false, rule);
				}
			}
			else if (grant == null && rule.grants(action) && who.covers(rule, topic)) {
				grant = rule;
			}
		}
		return (grant != null) ? new Decision(true, grant) : null;
	}

}

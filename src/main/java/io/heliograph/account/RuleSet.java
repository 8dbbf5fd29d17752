package io.heliograph.account;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * The access rules of a moment, and the one decision about them. Immutable.
 *
 * @param own the rules of each user, by its id
 * @param anonymous the rules of clients without a user name
 * @param everyone the rules of all
 * @param emptyAllows whether everything is allowed while there is no rule at all
 */
record RuleSet(Map<Long, RuleList> own, RuleList anonymous, RuleList everyone, boolean emptyAllows) {

	private static final Decision DENIED = new Decision(false, null);

	private static final Decision RESERVED = Decision.denied(Refusal.Reason.RESERVED);

	private static final Decision ALLOWED = new Decision(true, null);

	/** Takes rules in the order of their numbers. */
	static RuleSet of(Collection<AccessRule> rules, boolean emptyAllows) {
		Map<Long, List<AccessRule>> own = new HashMap<>();
		List<AccessRule> anonymous = new ArrayList<>();
		List<AccessRule> everyone = new ArrayList<>();
		for (AccessRule rule : rules) {
			if (rule.userId() != null) {
				own.computeIfAbsent(rule.userId(), (id) -> new ArrayList<>(2)).add(rule);
			}
			else {
				((rule.scope() == AccessRule.Scope.ANONYMOUS) ? anonymous : everyone).add(rule);
			}
		}
		Map<Long, RuleList> lists = new HashMap<>();
		own.forEach((user, list) -> lists.put(user, new RuleList(list)));
		return new RuleSet(lists, new RuleList(anonymous), new RuleList(everyone), emptyAllows);
	}

	/** Whether there is no rule at all. */
	boolean empty() {
		return this.own.isEmpty() && this.anonymous.rules().isEmpty() && this.everyone.rules().isEmpty();
	}

	/**
	 * Decides: what the subject's own rules deny, then what they grant, then what the
	 * rules of all deny, then what they grant; else it is denied. Writing to a topic that
	 * starts with $ is nobody's right.
	 */
	Decision decide(Subject who, Action action, Topic topic) {
		if (action == Action.WRITE && topic.reserved()) {
			return RESERVED;
		}
		if (empty()) {
			return this.emptyAllows ? ALLOWED : DENIED;
		}
		Decision decision = ownRules(who).decide(who, action, topic);
		if (decision == null && !who.wild()) {
			decision = this.everyone.decide(who, action, topic);
		}
		return (decision != null) ? decision : DENIED;
	}

	/** Decides for one who may do everything that no rule of its own denies. */
	Decision decideForAdmin(Subject who, Topic topic) {
		if (topic.reserved()) {
			return RESERVED;
		}
		Decision own = ownRules(who).decide(who, Action.WRITE, topic);
		return (own != null && !own.allowed()) ? own : ALLOWED;
	}

	/**
	 * Whether the subject could read at least one of the topics that a filter matches.
	 */
	boolean mayReadUnder(Subject who, TopicFilter filter) {
		if (empty()) {
			return this.emptyAllows;
		}
		List<TopicFilter> denied = new ArrayList<>();
		return grantsUnder(ownRules(who), who, filter, denied) || grantsUnder(this.everyone, who, filter, denied);
	}

	/**
	 * Decides about a subscription: whether the subject could read at least one of the
	 * topics that the filter matches. Names the rule that denies all of them, if it is
	 * one alone.
	 */
	Decision decideSubscribe(Subject who, TopicFilter filter) {
		return mayReadUnder(who, filter) ? ALLOWED : new Decision(false, denyingAllUnder(who, filter));
	}

	private @Nullable AccessRule denyingAllUnder(Subject who, TopicFilter filter) {
		return Stream.of(ownRules(who), this.everyone)
			.flatMap((list) -> list.under(filter).stream().sorted(Comparator.comparingLong(AccessRule::id)))
			.filter(AccessRule::denies)
			.filter((rule) -> {
				TopicFilter about = who.filterOf(rule);
				return about != null && new Coverage(List.of(about), List.of(filter)).covers(filter);
			})
			.findFirst()
			.orElse(null);
	}

	/**
	 * Whether a rule grants to read a topic under the filter that is not denied.
	 * @param denied what is denied before these rules; takes what they deny
	 */
	private static boolean grantsUnder(RuleList rules, Subject who, TopicFilter filter, List<TopicFilter> denied) {
		List<TopicFilter> granted = new ArrayList<>();
		for (AccessRule rule : rules.under(filter)) {
			TopicFilter about = who.filterOf(rule);
			TopicFilter both = (about != null) ? about.intersection(filter) : null;
			if (both != null && rule.denies()) {
				denied.add(about);
			}
			else if (both != null && rule.grants(Action.READ)) {
				granted.add(both);
			}
		}
		Coverage denials = new Coverage(denied, granted);
		return granted.stream().anyMatch((grant) -> !denials.covers(grant));
	}

	/** The rules that are about the subject alone, or about the anonymous. */
	RuleList ownRules(Subject who) {
		return (who.userId() != null) ? this.own.getOrDefault(who.userId(), RuleList.EMPTY) : this.anonymous;
	}

}

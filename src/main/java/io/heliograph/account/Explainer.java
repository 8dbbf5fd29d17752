package io.heliograph.account;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

import io.heliograph.account.Explanation.Considered;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/** Explains decisions about a subject: asks for the decision, then goes its way again. */
final class Explainer {

	private final RuleSet rules;

	private final Subject who;

	private final @Nullable User user;

	private final Function<AccessRule, RuleView> view;

	Explainer(RuleSet rules, Subject who, @Nullable User user, Function<AccessRule, RuleView> view) {
		this.rules = rules;
		this.who = who;
		this.user = user;
		this.view = view;
	}

	Explanation explain(Action action, Topic topic) {
		Decision decision = this.rules.decide(this.who, action, topic);
		AccessRule decisive = decision.rule();
		List<Considered> considered = (action == Action.WRITE && topic.reserved()) ? List.of()
				: upTo(decisive).stream().map((rule) -> consider(rule, action, topic)).toList();
		boolean allowed = decision.allowed() && !isDisabled();
		return new Explanation(allowed, (decisive != null) ? this.view.apply(decisive) : null,
				because(decision, action, topic), considered,
				decision.allowed() ? null : new NearMisses(this.who, action, topic).hint(decisive, inOrder()));
	}

	/** All rules about the subject, in the order in which they count. */
	private List<AccessRule> inOrder() {
		return Stream.of(this.rules.ownRules(this.who), this.rules.everyone())
			.flatMap((list) -> Stream.concat(list.rules().stream().filter(AccessRule::denies),
					list.rules().stream().filter((rule) -> !rule.denies())))
			.toList();
	}

	/** Behind the one that decides, none is looked at. */
	private List<AccessRule> upTo(@Nullable AccessRule decisive) {
		List<AccessRule> all = inOrder();
		return (decisive != null) ? all.subList(0, all.indexOf(decisive) + 1) : all;
	}

	private boolean isDisabled() {
		return this.user != null && !this.user.enabled();
	}

	private String because(Decision decision, Action action, Topic topic) {
		if (isDisabled()) {
			return "The user is disabled.";
		}
		if (action == Action.WRITE && topic.reserved()) {
			return "Nobody may write to topics that start with $.";
		}
		if (this.rules.empty()) {
			return "There is no rule at all, for which heliograph.acl.no-rules says "
					+ (decision.allowed() ? "allow." : "deny.");
		}
		AccessRule rule = decision.rule();
		if (rule == null) {
			return "No rule grants it.";
		}
		String whose = (rule.scope() == AccessRule.Scope.EVERYONE) ? "of everyone" : "of its own";
		return "Rule " + rule.id() + ", one " + whose + ", " + (rule.denies() ? "denies" : "grants") + " it.";
	}

	private Considered consider(AccessRule rule, Action action, Topic topic) {
		String obstacle = this.who.obstacle(rule);
		if (obstacle != null) {
			return new Considered(this.view.apply(rule), false, obstacle);
		}
		TopicFilter filter = Objects.requireNonNull(this.who.filterOf(rule));
		if (!filter.matches(topic)) {
			return new Considered(this.view.apply(rule), false,
					filter.equals(rule.topic()) ? "the topic is not under it"
							: "for this client it is about '" + filter + "', and the topic is not under that");
		}
		if (!rule.denies() && !rule.grants(action)) {
			return new Considered(this.view.apply(rule), false,
					"it is about the topic, but grants " + rule.access() + " only");
		}
		return new Considered(this.view.apply(rule), true, "it is about the topic");
	}

	/** Whether a subscription is granted: if any topic under the filter could be read. */
	Explanation explainSubscribe(TopicFilter filter) {
		boolean allowed = this.rules.mayReadUnder(this.who, filter) && !isDisabled();
		List<Considered> considered = inOrder().stream().map((rule) -> consider(rule, filter)).toList();
		return new Explanation(allowed, null,
				isDisabled() ? "The user is disabled." : allowed
						? "At least one topic under the filter could be read; each message is decided by its own topic."
						: "No topic under the filter could be read.",
				considered, null);
	}

	private Considered consider(AccessRule rule, TopicFilter filter) {
		TopicFilter about = this.who.filterOf(rule);
		if (about == null) {
			return new Considered(this.view.apply(rule), false, String.valueOf(this.who.obstacle(rule)));
		}
		TopicFilter both = about.intersection(filter);
		if (both == null) {
			return new Considered(this.view.apply(rule), false, "no topic is under both");
		}
		if (rule.denies()) {
			return new Considered(this.view.apply(rule), true, "it denies '" + both + "'");
		}
		return rule.grants(Action.READ)
				? new Considered(this.view.apply(rule), true, "it grants to read '" + both + "'")
				: new Considered(this.view.apply(rule), false, "it grants write only");
	}

}

package io.heliograph.account;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

import io.heliograph.account.Explanation.Considered;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/** Explains decisions about a subject: goes through the rules again, one by one. */
final class Explainer {

	private static final String NO_RULES = "There is no rule at all, for which heliograph.acl.no-rules says ";

	private static final String BANNED = "The user or the client id is banned; see GET /api/admin/bans.";

	private final RuleSet rules;

	private final Subject who;

	private final Function<AccessRule, RuleView> view;

	Explainer(RuleSet rules, Subject who, Function<AccessRule, RuleView> view) {
		this.rules = rules;
		this.who = who;
		this.view = view;
	}

	/**
	 * @param decision what was decided about it
	 */
	Explanation explain(Decision decision, Action action, Topic topic) {
		AccessRule decisive = decision.rule();
		List<Considered> considered = (action == Action.WRITE && topic.reserved()) ? List.of()
				: upTo(decisive).stream().map((rule) -> consider(rule, action, topic)).toList();
		return new Explanation(decision.allowed(), (decisive != null) ? this.view.apply(decisive) : null,
				because(decision), considered, hint(decision, NearMisses.of(this.who, action, topic)));
	}

	/** Only where other rules would allow it. */
	private @Nullable String hint(Decision decision, NearMisses misses) {
		boolean byRules = !decision.allowed() && (decision.why() == Reason.RULE || decision.why() == Reason.NO_RULE);
		return byRules ? misses.hint(inOrder()) : null;
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

	private String because(Decision decision) {
		AccessRule rule = decision.rule();
		if (rule == null) {
			return decision.allowed() ? becauseOfNoRule() : becauseNot(decision);
		}
		String whose = (rule.scope() == AccessRule.Scope.EVERYONE) ? "of everyone" : "of its own";
		return "Rule " + rule.id() + ", one " + whose + ", " + (rule.denies() ? "denies" : "grants") + " it.";
	}

	private String becauseOfNoRule() {
		return this.rules.empty() ? NO_RULES + "allow."
				: "Over HTTP, an ADMIN publishes to every topic that no rule of its own denies.";
	}

	private String becauseNot(Decision decision) {
		return switch (decision.why()) {
			case DISABLED -> "The user is disabled.";
			case BANNED -> BANNED;
			case RESERVED -> "Nobody may write to topics that start with $.";
			case ROLE -> "Over HTTP, its role does not publish; that takes PUBLISHER or ADMIN.";
			default -> this.rules.empty() ? NO_RULES + "deny." : "No rule grants it.";
		};
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

	/**
	 * Explains whether a subscription is granted.
	 * @param decision what was decided about it
	 */
	Explanation explain(Decision decision, TopicFilter filter) {
		AccessRule decisive = decision.rule();
		return new Explanation(decision.allowed(), (decisive != null) ? this.view.apply(decisive) : null,
				because(decision, filter), inOrder().stream().map((rule) -> consider(rule, filter)).toList(),
				hint(decision, NearMisses.ofSubscription(this.who, filter)));
	}

	private String because(Decision decision, TopicFilter filter) {
		if (!decision.allowed()) {
			return switch (decision.why()) {
				case DISABLED, BANNED -> becauseNot(decision);
				default -> "No topic under the filter could be read.";
			};
		}
		return this.rules.mayReadUnder(this.who, filter)
				? "At least one topic under the filter could be read; each message is decided by its own topic."
				: "heliograph.acl.subscribe-denied says grant; nothing would come by it.";
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

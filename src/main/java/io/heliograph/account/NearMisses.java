package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/** Finds grants that would allow what was denied, if little were otherwise. */
final class NearMisses {

	private final Subject who;

	private final Action action;

	/** A topic, or the filter of a subscription. */
	private final String asked;

	/** Whether a filter is about what is asked. */
	private final BiPredicate<TopicFilter, String> about;

	private NearMisses(Subject who, Action action, String asked, BiPredicate<TopicFilter, String> about) {
		this.who = who;
		this.action = action;
		this.asked = asked;
		this.about = about;
	}

	static NearMisses of(Subject who, Action action, Topic topic) {
		return new NearMisses(who, action, topic.name(), (filter, name) -> filter.matches(new Topic(name)));
	}

	static NearMisses ofSubscription(Subject who, TopicFilter filter) {
		return new NearMisses(who, Action.READ, filter.value(),
				(granted, wanted) -> granted.intersection(new TopicFilter(wanted)) != null);
	}

	/**
	 * @param rules all about the subject, in the order in which they count
	 */
	@Nullable String hint(List<AccessRule> rules) {
		List<AccessRule> denies = new ArrayList<>();
		String nearMiss = null;
		for (AccessRule rule : rules) {
			boolean about = isAbout(this.who.filterOf(rule));
			if (about && rule.denies()) {
				denies.add(rule);
			}
			else if (about && rule.grants(this.action)) {
				return "Without " + numbers(denies) + ", rule " + rule.id() + " would grant it.";
			}
			else if (nearMiss == null && denies.isEmpty() && !rule.denies()) {
				nearMiss = hint(rule);
			}
		}
		return nearMiss;
	}

	private static String numbers(List<AccessRule> rules) {
		return ((rules.size() == 1) ? "rule " : "rules ")
				+ rules.stream().map((rule) -> String.valueOf(rule.id())).collect(Collectors.joining(", "));
	}

	private @Nullable String hint(AccessRule grant) {
		TopicFilter filter = this.who.filterOf(grant);
		if (filter == null) {
			return null;
		}
		String rule = "Rule " + grant.id();
		if (isAbout(filter)) {
			return rule + " is about it, and grants " + grant.access() + " only; readwrite would grant it.";
		}
		if (!grant.grants(this.action)) {
			return null;
		}
		String name = this.asked;
		if (name.startsWith("$")) {
			return filter.levels().get(0).matches("[+#]") && matches(filter.value(), name.substring(1))
					? rule + " is about '" + filter + "', and a wildcard at the beginning takes no topic that starts "
							+ "with $; a rule that names its first level would."
					: null;
		}
		if (matches(filter.value().toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))) {
			return rule + " differs in upper and lower case: it is about '" + filter + "'.";
		}
		if (matches(filter.value(), name.startsWith("/") ? name.substring(1) : "/" + name)) {
			return rule + " differs in the / at the beginning: it is about '" + filter + "'.";
		}
		if (matches(filter.value(), name.endsWith("/") ? name.substring(0, name.length() - 1) : name + "/")) {
			return rule + " differs in the / at the end: it is about '" + filter + "'.";
		}
		if (!filter.value().endsWith("#") && matches(filter.value() + "/#", name)) {
			return rule + " is about '" + filter + "' alone; '" + filter + "/#' would take what is below, too.";
		}
		return hintOfVariables(grant, rule);
	}

	private @Nullable String hintOfVariables(AccessRule grant, String rule) {
		if (grant.scope() != AccessRule.Scope.EVERYONE) {
			return matches(withNames(grant.topic(), this.who.userName(), this.who.clientId()), this.asked) ? "In rule "
					+ grant.id() + " %u and %c are plain text; they stand for names in the scope everyone only." : null;
		}
		return matches(withNames(grant.topic(), "+", "+"), this.asked)
				? rule + " would match for another user name or client id: for this client it is about '"
						+ this.who.filterOf(grant) + "'."
				: null;
	}

	private static String withNames(TopicFilter filter, @Nullable String userName, @Nullable String clientId) {
		List<String> levels = new ArrayList<>(filter.levels());
		levels.replaceAll((level) -> switch (level) {
			case Subject.USER_NAME -> (userName != null) ? userName : level;
			case Subject.CLIENT_ID -> (clientId != null) ? clientId : level;
			default -> level;
		});
		return String.join("/", levels);
	}

	private boolean isAbout(@Nullable TopicFilter filter) {
		return filter != null && this.about.test(filter, this.asked);
	}

	private boolean matches(String filter, String asked) {
		try {
			return this.about.test(new TopicFilter(filter), asked);
		}
		catch (IllegalArgumentException ex) {
			// empty, too long or too deep
			return false;
		}
	}

}

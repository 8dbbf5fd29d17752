package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/** Finds grants that would allow what was denied, if little were otherwise. */
final class NearMisses {

	private final Subject who;

	private final Action action;

	private final Topic topic;

	NearMisses(Subject who, Action action, Topic topic) {
		this.who = who;
		this.action = action;
		this.topic = topic;
	}

	/**
	 * @param decisive the rule that denies, or null if none grants
	 * @param rules all about the subject, in the order in which they count
	 */
	@Nullable String hint(@Nullable AccessRule decisive, List<AccessRule> rules) {
		if (this.action == Action.WRITE && this.topic.reserved()) {
			return null;
		}
		for (AccessRule rule : rules) {
			if (!rule.denies()) {
				String hint = (decisive != null) ? hintBeside(decisive, rule) : hint(rule);
				if (hint != null) {
					return hint;
				}
			}
		}
		return null;
	}

	private @Nullable String hintBeside(AccessRule deny, AccessRule grant) {
		return (grant.grants(this.action) && this.who.covers(grant, this.topic))
				? "Without rule " + deny.id() + ", rule " + grant.id() + " would grant it." : null;
	}

	private @Nullable String hint(AccessRule grant) {
		TopicFilter filter = this.who.filterOf(grant);
		if (filter == null) {
			return null;
		}
		if (filter.matches(this.topic)) {
			return "Rule " + grant.id() + " is about the topic, and grants " + grant.access()
					+ " only; readwrite would grant it.";
		}
		if (!grant.grants(this.action)) {
			return null;
		}
		String name = this.topic.name();
		if (matches(filter.value().toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))) {
			return "Rule " + grant.id() + " differs in upper and lower case: it is about '" + filter + "'.";
		}
		if (matches(filter.value(), name.startsWith("/") ? name.substring(1) : "/" + name)) {
			return "Rule " + grant.id() + " differs in the / at the beginning: it is about '" + filter + "'.";
		}
		if (matches(filter.value(), name.endsWith("/") ? name.substring(0, name.length() - 1) : name + "/")) {
			return "Rule " + grant.id() + " differs in the / at the end: it is about '" + filter + "'.";
		}
		if (!filter.value().endsWith("#") && matches(filter.value() + "/#", name)) {
			return "Rule " + grant.id() + " is about '" + filter + "' alone; '" + filter
					+ "/#' would take what is below, too.";
		}
		return hintOfVariables(grant);
	}

	private @Nullable String hintOfVariables(AccessRule grant) {
		List<String> levels = grant.topic().levels();
		List<String> any = new ArrayList<>(levels);
		any.replaceAll((level) -> (level.equals(Subject.USER_NAME) || level.equals(Subject.CLIENT_ID)) ? "+" : level);
		if (any.equals(levels) || !matches(String.join("/", any), this.topic.name())) {
			return null;
		}
		return (grant.scope() == AccessRule.Scope.EVERYONE)
				? "Rule " + grant.id()
						+ " would match for another user name or client id: for this client it is about '"
						+ this.who.filterOf(grant) + "'."
				: "In rule " + grant.id()
						+ " %u and %c are plain text; they stand for names in the scope everyone only.";
	}

	private static boolean matches(String filter, String topic) {
		try {
			return new TopicFilter(filter).matches(new Topic(topic));
		}
		catch (IllegalArgumentException ex) {
			// empty, too long or too deep
			return false;
		}
	}

}

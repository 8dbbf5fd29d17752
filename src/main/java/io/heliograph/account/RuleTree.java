package io.heliograph.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * Rules by the levels of their topics: a decision takes as many steps as the topic has
 * levels, however many rules there are. Immutable once it is built.
 */
final class RuleTree {

	private final Node root = new Node();

	/** Takes rules in the order in which they are to be found. */
	RuleTree(Iterable<AccessRule> rules) {
		rules.forEach(this::add);
	}

	private void add(AccessRule rule) {
		Node node = this.root;
		for (String level : rule.topic().levels()) {
			if (level.equals("#")) {
				node.below.add(rule);
				return;
			}
			node = node.childFor(level, rule.scope() == AccessRule.Scope.EVERYONE);
		}
		node.here.add(rule);
	}

	/**
	 * Decides by the first rule that denies the topic, else by the first that grants the
	 * action; returns null if there is neither.
	 */
	@Nullable Decision decide(Subject who, Action action, Topic topic) {
		Search search = new Search(who, action, topic.name());
		search.visit(this.root, 0);
		if (search.deny != null) {
			return new Decision(false, search.deny);
		}
		return (search.grant != null) ? new Decision(true, search.grant) : null;
	}

	/**
	 * Returns what denies or grants to read a topic that a filter matches, and perhaps
	 * some more: of rules with the same topic the first of each kind.
	 */
	List<AccessRule> under(TopicFilter filter) {
		List<AccessRule> found = new ArrayList<>();
		collect(this.root, filter.levels(), 0, found);
		return found;
	}

	private static void collect(@Nullable Node node, List<String> filter, int level, List<AccessRule> found) {
		if (node == null) {
			return;
		}
		node.below.collect(found);
		if (level == filter.size()) {
			node.here.collect(found);
			return;
		}
		String name = filter.get(level);
		boolean rest = name.equals("#");
		int next = rest ? level : level + 1;
		if (rest) {
			node.here.collect(found);
		}
		if (rest || name.equals("+")) {
			node.children.values().forEach((child) -> collect(child, filter, next, found));
		}
		else {
			collect(node.children.get(name), filter, next, found);
		}
		collect(node.any, filter, next, found);
		collect(node.userName, filter, next, found);
		collect(node.clientId, filter, next, found);
	}

	private static final class Search {

		private final Subject who;

		private final Action action;

		private final String topic;

		private @Nullable AccessRule deny;

		private @Nullable AccessRule grant;

		Search(Subject who, Action action, String topic) {
			this.who = who;
			this.action = action;
			this.topic = topic;
		}

		/**
		 * @param start where the level begins that is next; behind the end of the topic
		 * if there is none
		 */
		private void visit(@Nullable Node node, int start) {
			if (node == null) {
				return;
			}
			// no wildcard and no name stands for a first level with $
			boolean reserved = start == 0 && this.topic.charAt(0) == '$';
			if (!reserved) {
				take(node.below);
			}
			if (start > this.topic.length()) {
				take(node.here);
				return;
			}
			int slash = this.topic.indexOf('/', start);
			int end = (slash < 0) ? this.topic.length() : slash;
			if (!node.children.isEmpty()) {
				visit(node.children.get(this.topic.substring(start, end)), end + 1);
			}
			if (!reserved) {
				visit(node.any, end + 1);
				visit(isLevel(this.who.userName(), start, end) ? node.userName : null, end + 1);
				visit(isLevel(this.who.clientId(), start, end) ? node.clientId : null, end + 1);
			}
		}

		private boolean isLevel(@Nullable String name, int start, int end) {
			return name != null && name.length() == end - start && this.topic.startsWith(name, start);
		}

		private void take(Rules rules) {
			this.deny = first(this.deny, rules.deny);
			this.grant = first(this.grant, (this.action == Action.READ) ? rules.read : rules.write);
		}

		private static @Nullable AccessRule first(@Nullable AccessRule one, @Nullable AccessRule other) {
			if (one == null || other == null) {
				return (one != null) ? one : other;
			}
			return (one.id() <= other.id()) ? one : other;
		}

	}

	private static final class Node {

		private Map<String, Node> children = Map.of();

		private @Nullable Node any;

		private @Nullable Node userName;

		private @Nullable Node clientId;

		/** What is about the topic that ends here. */
		private final Rules here = new Rules();

		/** What is about it and all below. */
		private final Rules below = new Rules();

		Node childFor(String level, boolean variables) {
			if (level.equals("+")) {
				this.any = (this.any != null) ? this.any : new Node();
				return this.any;
			}
			if (variables && level.equals(Subject.USER_NAME)) {
				this.userName = (this.userName != null) ? this.userName : new Node();
				return this.userName;
			}
			if (variables && level.equals(Subject.CLIENT_ID)) {
				this.clientId = (this.clientId != null) ? this.clientId : new Node();
				return this.clientId;
			}
			if (this.children.isEmpty()) {
				this.children = new HashMap<>();
			}
			return this.children.computeIfAbsent(level, (name) -> new Node());
		}

	}

	/** The first rules with one and the same topic. */
	private static final class Rules {

		private @Nullable AccessRule deny;

		private @Nullable AccessRule read;

		private @Nullable AccessRule write;

		/** Those that are about reading. */
		void collect(List<AccessRule> found) {
			if (this.deny != null) {
				found.add(this.deny);
			}
			if (this.read != null) {
				found.add(this.read);
			}
		}

		void add(AccessRule rule) {
			if (rule.denies() && this.deny == null) {
				this.deny = rule;
			}
			if (rule.grants(Action.READ) && this.read == null) {
				this.read = rule;
			}
			if (rule.grants(Action.WRITE) && this.write == null) {
				this.write = rule;
			}
		}

	}

}

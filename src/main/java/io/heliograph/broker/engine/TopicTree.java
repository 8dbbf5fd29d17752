package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Values by the levels of topics or filters. Not thread-safe. Depth is bounded by
 * {@link io.heliograph.mqtt.Topic#MAX_LEVELS}.
 */
final class TopicTree<V> {

	private final Node<V> root = new Node<>();

	@Nullable V get(List<String> levels) {
		Node<V> node = this.root;
		for (String level : levels) {
			node = node.child(level);
			if (node == null) {
				return null;
			}
		}
		return node.value;
	}

	/** Puts a value in the place of the one before, which it returns, or null. */
	@Nullable V put(List<String> levels, V value) {
		Node<V> node = this.root;
		for (String level : levels) {
			node = node.childOrNew(level);
		}
		V former = node.value;
		node.value = value;
		return former;
	}

	/**
	 * Removes a value and the branches that lead nowhere then; returns the value, or
	 * null.
	 */
	@Nullable V remove(List<String> levels) {
		return remove(this.root, levels, 0);
	}

	private static <V> @Nullable V remove(Node<V> node, List<String> levels, int depth) {
		if (depth == levels.size()) {
			V former = node.value;
			node.value = null;
			return former;
		}
		Node<V> child = node.child(levels.get(depth));
		if (child == null) {
			return null;
		}
		V former = remove(child, levels, depth + 1);
		if (child.value == null && child.children.isEmpty()) {
			node.removeChild(levels.get(depth));
		}
		return former;
	}

	/** Visits the values of all filters in this tree that match a topic. */
	void filtersMatching(String topic, Consumer<V> visitor) {
		filtersMatching(this.root, topic, 0, visitor);
	}

	private static <V> void filtersMatching(Node<V> node, String topic, int start, Consumer<V> visitor) {
		boolean reserved = start == 0 && topic.charAt(0) == '$';
		if (!reserved) {
			visit(node.child("#"), visitor);
		}
		if (start > topic.length()) {
			visit(node, visitor);
			return;
		}
		int slash = topic.indexOf('/', start);
		int end = (slash < 0) ? topic.length() : slash;
		Node<V> literal = node.child(topic.substring(start, end));
		if (literal != null) {
			filtersMatching(literal, topic, end + 1, visitor);
		}
		Node<V> any = reserved ? null : node.child("+");
		if (any != null) {
			filtersMatching(any, topic, end + 1, visitor);
		}
	}

	/** Visits the values of all topics in this tree that a filter matches. */
	void topicsMatching(List<String> filter, Consumer<V> visitor) {
		topicsMatching(this.root, filter, 0, visitor);
	}

	private static <V> void topicsMatching(Node<V> node, List<String> filter, int depth, Consumer<V> visitor) {
		if (depth == filter.size()) {
			visit(node, visitor);
			return;
		}
		String level = filter.get(depth);
		if (level.equals("#")) {
			all(node, depth == 0, visitor);
		}
		else if (level.equals("+")) {
			node.children.forEach((name, child) -> {
				if (depth > 0 || !name.startsWith("$")) {
					topicsMatching(child, filter, depth + 1, visitor);
				}
			});
		}
		else {
			Node<V> child = node.child(level);
			if (child != null) {
				topicsMatching(child, filter, depth + 1, visitor);
			}
		}
	}

	private static <V> void all(Node<V> node, boolean root, Consumer<V> visitor) {
		visit(node, visitor);
		node.children.forEach((name, child) -> {
			if (!root || !name.startsWith("$")) {
				all(child, false, visitor);
			}
		});
	}

	private static <V> void visit(@Nullable Node<V> node, Consumer<V> visitor) {
		if (node != null && node.value != null) {
			visitor.accept(node.value);
		}
	}

	private static final class Node<V> {

		private Map<String, Node<V>> children = Map.of();

		private @Nullable V value;

		@Nullable Node<V> child(String level) {
			return this.children.get(level);
		}

		Node<V> childOrNew(String level) {
			if (this.children.isEmpty()) {
				this.children = new HashMap<>(4);
			}
			return this.children.computeIfAbsent(level, (name) -> new Node<>());
		}

		void removeChild(String level) {
			this.children.remove(level);
		}

	}

}

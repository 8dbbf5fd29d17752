package io.heliograph.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * What a client may SUBSCRIBE to: a topic filter, for itself or shared with a group.
 *
 * @param group the share name, or null if the subscription is not shared
 * @param filter the topic filter
 */
public record ShareableFilter(@Nullable String group, TopicFilter filter) {

	/** What a filter that is shared begins with. */
	public static final String SHARE = "$share/";

	/**
	 * Reads {@code filter} or {@code $share/group/filter}.
	 * @throws IllegalArgumentException if MQTT forbids it in a SUBSCRIBE
	 */
	public static ShareableFilter parse(String text) {
		if (!text.startsWith(SHARE)) {
			return new ShareableFilter(null, new TopicFilter(text));
		}
		int slash = text.indexOf('/', SHARE.length());
		if (slash < 0 || slash + 1 == text.length()) {
			throw new IllegalArgumentException("A shared subscription reads $share/group/filter.");
		}
		String group = text.substring(SHARE.length(), slash);
		if (group.isEmpty() || group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
			throw new IllegalArgumentException("The group of a shared subscription must not be empty or hold + or #.");
		}
		return new ShareableFilter(group, new TopicFilter(text.substring(slash + 1)));
	}

	@Override
	public String toString() {
		return (this.group == null) ? this.filter.value() : SHARE + this.group + '/' + this.filter.value();
	}

}

package io.heliograph.account;

import java.util.Locale;

import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

/**
 * A question about the rules.
 *
 * @param user the user's name, or null for an anonymous client
 * @param clientId the client id, or null for who comes over HTTP
 * @param topic the topic, or the filter of a subscription
 */
record ExplainRequest(@Nullable String user, @Nullable String clientId, @Nullable Asked action,
		@Nullable String topic) {

	Explanation explain(RuleSet rules, UserDirectory users) {
		Asked action = Required.field("action", this.action);
		String topic = Required.field("topic", this.topic);
		User user = (this.user != null) ? user(this.user, users) : null;
		try {
			String client = (this.clientId != null) ? new ClientId(this.clientId).value() : null;
			Subject who = (user != null) ? new Subject(user.id(), user.name(), client)
					: new Subject(null, null, client);
			Explainer explainer = new Explainer(rules, who, user, (rule) -> RuleView.of(rule, users));
			return switch (action) {
				case READ -> explainer.explain(Action.READ, new Topic(topic));
				case WRITE -> explainer.explain(Action.WRITE, new Topic(topic));
				case SUBSCRIBE -> explainer.explainSubscribe(ShareableFilter.parse(topic).filter());
			};
		}
		catch (IllegalArgumentException ex) {
			throw Problem.INVALID_VALUE.with(String.valueOf(ex.getMessage()));
		}
	}

	private static User user(String name, UserDirectory users) {
		return users.find(name)
			.orElseThrow(() -> Problem.INVALID_VALUE
				.with("There is no user '" + Problem.cut(name) + "'; leave it out for an anonymous client."));
	}

	/** What somebody wants to do. */
	enum Asked {

		READ, WRITE, SUBSCRIBE;

		/** The word in JSON. */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}

package io.heliograph.account;

import java.util.Locale;

import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
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

	private static final Decision DISABLED = Decision.denied(Refusal.Reason.DISABLED);

	private static final Decision BANNED = Decision.denied(Refusal.Reason.BANNED);

	/** Asks those who decide, and explains what they say. */
	Explanation explain(Accounts accounts, RuleSet rules, UserDirectory users, BanList bans) {
		Asked action = Required.field("action", this.action);
		String topic = Required.field("topic", this.topic);
		User user = (this.user != null) ? user(this.user, users) : null;
		try {
			String client = (this.clientId != null) ? new ClientId(this.clientId).value() : null;
			Subject who = (user != null) ? new Subject(user.id(), user.name(), client)
					: new Subject(null, null, client);
			Decision keptOut = keptOut(user, client, bans);
			Explainer explainer = new Explainer(rules, who, (rule) -> RuleView.of(rule, users));
			if (action == Asked.SUBSCRIBE) {
				TopicFilter filter = ShareableFilter.parse(topic).filter();
				return explainer.explain((keptOut != null) ? keptOut : accounts.decideSubscribe(who, filter), filter);
			}
			if (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
				throw Problem.INVALID_VALUE
					.with("The topic holds + or #; give one without them, or ask with the action "
							+ "'subscribe' about a filter.");
			}
			Action done = (action == Asked.READ) ? Action.READ : Action.WRITE;
			Topic name = new Topic(topic);
			return explainer.explain((keptOut != null) ? keptOut : decision(accounts, user, who, done, name), done,
					name);
		}
		catch (IllegalArgumentException ex) {
			throw Problem.INVALID_VALUE.with(String.valueOf(ex.getMessage()));
		}
	}

	private static Decision decision(Accounts accounts, @Nullable User user, Subject who, Action action, Topic topic) {
		if (user != null && who.clientId() == null && action == Action.WRITE) {
			return accounts.decidePublish(user, null, topic);
		}
		return accounts.decide(who, action, topic);
	}

	/** Who is let in by no login is asked for nothing else. */
	private static @Nullable Decision keptOut(@Nullable User user, @Nullable String clientId, BanList bans) {
		if (user != null && !user.enabled()) {
			return DISABLED;
		}
		boolean banned = (user != null && bans.covers(Ban.Kind.USER, user.name()))
				|| (clientId != null && bans.covers(Ban.Kind.CLIENT_ID, clientId));
		return banned ? BANNED : null;
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

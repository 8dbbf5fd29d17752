package io.heliograph.account;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

import io.heliograph.account.AccountSettings.SubscribeDenied;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Users, their passwords and the rules together. */
@Component
final class Accounts implements AccessControl {

	private static final Logger logger = LoggerFactory.getLogger(Accounts.class);

	private static final Decision DENIED = new Decision(false, null);

	private static final byte[] NO_PASSWORD = {};

	private final UserDirectory users;

	private final Callers callers;

	private final AccessRules rules;

	private final Passwords passwords;

	private final SubscribeDenied subscribeDenied;

	Accounts(UserDirectory users, Callers callers, AccessRules rules, Passwords passwords, AccountSettings settings) {
		this.users = users;
		this.callers = callers;
		this.rules = rules;
		this.passwords = passwords;
		this.subscribeDenied = settings.acl().subscribeDenied();
	}

	@Override
	public CompletionStage<Admission> admit(ConnectAttempt attempt) {
		String name = attempt.userName();
		if (name == null) {
			return CompletableFuture.completedFuture(attempt.anonymousAllowed()
					? new Admission.Admitted(new MqttClient(null, null, attempt.clientId()), 0)
					: new Admission.AnonymousRefused());
		}
		byte[] password = (attempt.password() != null) ? attempt.password() : NO_PASSWORD;
		return login(name, password).handle((user, failure) -> {
			if (failure != null) {
				return new Admission.Busy();
			}
			return (user != null)
					? new Admission.Admitted(new MqttClient(user.id(), user.name(), attempt.clientId()), user.logins())
					: new Admission.BadCredentials();
		});
	}

	/**
	 * Returns the enabled user of a name if the password is known to be its own, from a
	 * check before; else null. Does not wait.
	 */
	@Nullable User known(String name, byte[] password) {
		return this.users.find(name)
			.filter(User::enabled)
			.filter((user) -> this.passwords.isKnown(user, password))
			.orElse(null);
	}

	/**
	 * Checks a user name and a password.
	 * @return the user as it is after that, or null if they are wrong or the user is
	 * disabled; completes exceptionally if too many others wait
	 */
	CompletableFuture<@Nullable User> login(String name, byte[] password) {
		User user = this.users.find(name).filter(User::enabled).orElse(null);
		return this.passwords.check(name, user, password).whenComplete((right, failure) -> {
			if (failure != null && !(failure instanceof RejectedExecutionException)) {
				logger.error("A password could not be checked", failure);
			}
		}).thenApply((right) -> (right && user != null) ? standing(user.id(), user.logins()) : null);
	}

	@Override
	public boolean stands(Admission.Admitted admission) {
		Long id = admission.client().userId();
		return id == null || standing(id, admission.login()) != null;
	}

	/** Returns a user as it is now, or null if a login of it does not count any more. */
	private @Nullable User standing(long id, long login) {
		User user = this.users.byId(id);
		return (user != null && user.enabled() && user.logins() == login) ? user : null;
	}

	@Override
	public boolean knows(MqttClient client) {
		return client.userId() == null || this.users.byId(client.userId()) != null;
	}

	/**
	 * A session may outlive its user for a moment, and waits for one that is disabled.
	 */
	@Override
	public Decision decide(MqttClient who, Action action, Topic topic) {
		boolean counts = (action == Action.WRITE) ? enabled(who) : knows(who);
		return counts ? this.rules.current().decide(Subject.of(who), action, topic) : DENIED;
	}

	@Override
	public boolean enabled(MqttClient client) {
		if (client.userId() == null) {
			return true;
		}
		User user = this.users.byId(client.userId());
		return user != null && user.enabled();
	}

	@Override
	public boolean maySubscribe(MqttClient who, TopicFilter filter) {
		return knows(who) && (this.subscribeDenied == SubscribeDenied.GRANT
				|| this.rules.current().mayReadUnder(Subject.of(who), filter));
	}

	@Override
	public Decision decidePublish(Caller who, Topic topic) {
		User user = this.callers.user(who);
		Role role = (user != null) ? user.role() : null;
		if (role == Role.ADMIN) {
			return this.rules.current().decideForAdmin(Subject.of(who), topic);
		}
		return (role == Role.PUBLISHER) ? this.rules.current().decide(Subject.of(who), Action.WRITE, topic) : DENIED;
	}

	@Override
	public long revision() {
		return this.rules.revision();
	}

	@EventListener
	void on(LoginsRevoked event) {
		this.passwords.forget(event.userId());
	}

}

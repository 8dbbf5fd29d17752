package io.heliograph.account;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.heliograph.account.AccountSettings.SubscribeDenied;
import io.heliograph.audit.AuditEvent;
import io.heliograph.audit.AuditLog;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Users, their passwords and the rules together. */
@Component
final class Accounts implements AccessControl {

	private static final Decision DENIED = new Decision(false, null);

	private static final byte[] NO_PASSWORD = {};

	private final UserDirectory users;

	private final Callers callers;

	private final AccessRules rules;

	private final BanList bans;

	private final Logins logins;

	private final PasswordChecks passwords;

	private final AuditLog audit;

	private final SubscribeDenied subscribeDenied;

	Accounts(UserDirectory users, Callers callers, AccessRules rules, BanList bans, Logins logins,
			PasswordChecks passwords, AuditLog audit, AccountSettings settings) {
		this.users = users;
		this.callers = callers;
		this.rules = rules;
		this.bans = bans;
		this.logins = logins;
		this.passwords = passwords;
		this.audit = audit;
		this.subscribeDenied = settings.acl().subscribeDenied();
	}

	@Override
	public CompletionStage<Admission> admit(ConnectAttempt attempt) {
		if (this.bans.covers(attempt.address())) {
			return CompletableFuture.completedFuture(new Admission.Banned());
		}
		String name = attempt.userName();
		if (name == null) {
			return CompletableFuture.completedFuture(
					attempt.anonymousAllowed() ? admitted(attempt, null) : new Admission.AnonymousRefused());
		}
		byte[] password = (attempt.password() != null) ? attempt.password() : NO_PASSWORD;
		return this.logins.login(name, password, attempt.address()).thenApply((result) -> admission(attempt, result));
	}

	private Admission admission(ConnectAttempt attempt, LoginResult result) {
		if (result instanceof LoginResult.Right right) {
			return admitted(attempt, right.login());
		}
		if (result instanceof LoginResult.HeldOff) {
			return new Admission.HeldOff();
		}
		return (result instanceof LoginResult.Busy) ? new Admission.Busy() : new Admission.BadCredentials();
	}

	private Admission admitted(ConnectAttempt attempt, @Nullable Login login) {
		MqttClient client = new MqttClient(login, attempt.clientId(), attempt.address());
		return this.bans.covers(client) ? new Admission.Banned() : new Admission.Admitted(client);
	}

	@Override
	public boolean stands(MqttClient client) {
		return counts(client.login()) && !this.bans.covers(client);
	}

	private boolean counts(@Nullable Login login) {
		if (login == null) {
			return true;
		}
		User user = this.users.byId(login.userId());
		return user != null && user.admits(login.passwordId());
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
		ApiKey key = this.callers.key(who);
		Role role = (user != null) ? user.role() : null;
		if (key != null && !key.covers(topic)) {
			return DENIED;
		}
		if (role == Role.ADMIN && key == null) {
			return this.rules.current().decideForAdmin(Subject.of(who), topic);
		}
		return (role == Role.ADMIN || role == Role.PUBLISHER)
				? this.rules.current().decide(Subject.of(who), Action.WRITE, topic) : DENIED;
	}

	@Override
	public void tookOver(MqttClient who, MqttClient before) {
		this.audit.note(new AuditEvent(nameOf(who), null, who.address().getHostAddress(), "session.take-over",
				"devices/" + who.id(), Map.of("user", nameOf(before)), Map.of("user", nameOf(who))));
	}

	/** As nobody can be called. */
	private static String nameOf(MqttClient client) {
		return Objects.requireNonNullElse(client.userName(), "(anonymous)");
	}

	@Override
	public long revision() {
		return this.rules.revision();
	}

	@EventListener
	void on(LoginsRevoked event) {
		this.passwords.forget(event.endedPasswords());
	}

}

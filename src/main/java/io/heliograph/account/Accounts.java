package io.heliograph.account;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.heliograph.account.AccountSettings.SubscribeDenied;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.audit.AuditEvent;
import io.heliograph.audit.AuditLog;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Users, their passwords and the rules together. */
@Component
final class Accounts implements AccessControl {

	private static final Decision ALLOWED = new Decision(true, null);

	private static final Decision DISABLED = Decision.denied(Reason.DISABLED);

	private static final Decision BANNED = Decision.denied(Reason.BANNED);

	private static final Decision LOGIN_ENDED = Decision.denied(Reason.LOGIN_ENDED);

	private static final Decision KEY_TOPIC = Decision.denied(Reason.KEY_TOPIC);

	private static final Decision ROLE = Decision.denied(Reason.ROLE);

	private static final byte[] NO_PASSWORD = {};

	private final UserDirectory users;

	private final Callers callers;

	private final AccessRules rules;

	private final BanList bans;

	private final Logins logins;

	private final PasswordChecks passwords;

	private final AuditLog audit;

	private final Denials denials;

	private final SubscribeDenied subscribeDenied;

	/** Two who take one client id from each other would fill the audit log. */
	private final OncePerHour<TakeOver> takeOvers = new OncePerHour<>();

	Accounts(UserDirectory users, Callers callers, AccessRules rules, BanList bans, Logins logins,
			PasswordChecks passwords, AuditLog audit, Denials denials, AccountSettings settings) {
		this.users = users;
		this.callers = callers;
		this.rules = rules;
		this.bans = bans;
		this.logins = logins;
		this.passwords = passwords;
		this.audit = audit;
		this.denials = denials;
		this.subscribeDenied = settings.acl().subscribeDenied();
	}

	@Override
	public CompletionStage<Admission> admit(ConnectAttempt attempt) {
		if (this.bans.covers(attempt.address())) {
			return CompletableFuture.completedFuture(refused(attempt, Reason.BANNED, new Admission.Banned()));
		}
		String name = attempt.userName();
		if (name == null) {
			return CompletableFuture.completedFuture(attempt.anonymousAllowed() ? admitted(attempt, null)
					: refused(attempt, Reason.ANONYMOUS, new Admission.AnonymousRefused()));
		}
		byte[] password = (attempt.password() != null) ? attempt.password() : NO_PASSWORD;
		return this.logins.login(name, password, attempt.address()).thenApply((result) -> admission(attempt, result));
	}

	private Admission admission(ConnectAttempt attempt, LoginResult result) {
		if (result instanceof LoginResult.Right right) {
			return admitted(attempt, right.login());
		}
		if (result instanceof LoginResult.HeldOff) {
			return refused(attempt, Reason.HELD_OFF, new Admission.HeldOff());
		}
		return (result instanceof LoginResult.Busy) ? refused(attempt, Reason.BUSY, new Admission.Busy())
				: refused(attempt, Reason.BAD_CREDENTIALS, new Admission.BadCredentials());
	}

	private Admission refused(ConnectAttempt attempt, Reason reason, Admission answer) {
		refused(Refusal.connect(attempt, reason));
		return answer;
	}

	private Admission admitted(ConnectAttempt attempt, @Nullable Login login) {
		MqttClient client = new MqttClient(login, attempt.clientId(), attempt.address());
		return this.bans.covers(client) ? refused(attempt, Reason.BANNED, new Admission.Banned())
				: new Admission.Admitted(client);
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
		return knows(client.userId());
	}

	@Override
	public boolean knowsUser(long userId) {
		return this.users.byId(userId) != null;
	}

	private boolean knows(@Nullable Long userId) {
		return userId == null || knowsUser(userId);
	}

	@Override
	public boolean enabled(MqttClient client) {
		return enabled(client.userId());
	}

	private boolean enabled(@Nullable Long userId) {
		if (userId == null) {
			return true;
		}
		User user = this.users.byId(userId);
		return user != null && user.enabled();
	}

	@Override
	public Decision decide(MqttClient who, Action action, Topic topic) {
		return decide(Subject.of(who), action, topic);
	}

	/**
	 * A session may outlive its user for a moment, and waits for one that is disabled.
	 */
	Decision decide(Subject who, Action action, Topic topic) {
		boolean counts = (action == Action.WRITE) ? enabled(who.userId()) : knows(who.userId());
		return counts ? this.rules.current().decide(who, action, topic) : DISABLED;
	}

	@Override
	public Decision decideWill(MqttClient who, Topic topic) {
		return this.bans.covers(who) ? BANNED : decide(who, Action.WRITE, topic);
	}

	@Override
	public Decision decideSubscribe(MqttClient who, TopicFilter filter) {
		return decideSubscribe(Subject.of(who), filter);
	}

	Decision decideSubscribe(Subject who, TopicFilter filter) {
		if (!knows(who.userId())) {
			return DISABLED;
		}
		return (this.subscribeDenied == SubscribeDenied.GRANT) ? ALLOWED
				: this.rules.current().decideSubscribe(who, filter);
	}

	@Override
	public Decision decidePublish(Caller who, Topic topic) {
		Callers.Present present = this.callers.present(who);
		if (present == null) {
			return LOGIN_ENDED;
		}
		return decidePublish(present.user(), present.key(), topic);
	}

	/**
	 * @param key the key that it comes with, or null for a password
	 */
	Decision decidePublish(User user, @Nullable ApiKey key, Topic topic) {
		Subject who = new Subject(user.id(), user.name(), null);
		if (key != null && !key.covers(topic)) {
			return KEY_TOPIC;
		}
		if (user.role() == Role.ADMIN && key == null) {
			return this.rules.current().decideForAdmin(who, topic);
		}
		return (user.role() == Role.ADMIN || user.role() == Role.PUBLISHER)
				? this.rules.current().decide(who, Action.WRITE, topic) : ROLE;
	}

	@Override
	public void refused(Refusal refusal) {
		this.denials.count(refusal);
	}

	@Override
	public void tookOver(MqttClient who, MqttClient before) {
		if (!this.takeOvers.isFirst(new TakeOver(who.id(), who.userId(), before.userId()))) {
			return;
		}
		this.audit.note(new AuditEvent(nameOf(who), null, who.address().getHostAddress(), "session.take-over",
				"devices/" + who.id(), Map.of("user", nameOf(before)), Map.of("user", nameOf(who))));
	}

	/** As nobody can be called. */
	private static String nameOf(MqttClient client) {
		return Objects.requireNonNullElse(client.userName(), ":anonymous");
	}

	@Override
	public long revision() {
		return this.rules.revision();
	}

	@EventListener
	@Order(0)
	void on(LoginsRevoked event) {
		this.passwords.forget(event.endedPasswords());
	}

	/** A session that goes from one user to another; null for the anonymous. */
	private record TakeOver(ClientId id, @Nullable Long userId, @Nullable Long before) {
	}

}

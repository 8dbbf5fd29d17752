package io.heliograph.account;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What a change of users and rules does to those who are there. */
class AccountsTests {

	private static final String HASH = Passwords.hash("secret");

	private static final Topic TOPIC = new Topic("a");

	private static final TopicFilter ALL = new TopicFilter("#");

	@TempDir
	private Path data;

	private Users users;

	private UserDirectory directory;

	private AccessRules rules;

	private Accounts accounts;

	private Caller admin;

	/** With a user bob who has a role, and without any rule. */
	private void start(@Nullable Role role, AccountContext.Check check) {
		AccountContext.start(this.data, (context) -> {
			this.users = context.getBean(Users.class);
			this.directory = context.getBean(UserDirectory.class);
			this.rules = context.getBean(AccessRules.class);
			this.accounts = context.getBean(Accounts.class);
			this.admin = AccountContext.caller(context, "admin");
			this.users.add(this.admin, "bob", HASH, true, role);
			check.on(context);
		}, "heliograph.admin.password=secret");
	}

	private User bob() {
		return this.directory.find("bob").orElseThrow();
	}

	private void bob(String hash, boolean enabled, @Nullable Role role) {
		this.users.change(this.admin, "bob",
				(user) -> new User(user.id(), user.name(), hash, enabled, role, user.logins()));
	}

	private static AccessRule rule(Scope scope, @Nullable Long userId, Access access) {
		return new AccessRule(AccessRule.UNNUMBERED, scope, userId, access, ALL);
	}

	private Admission.Admitted admitted() {
		ConnectAttempt attempt = new ConnectAttempt(new ClientId("glass"), "bob",
				"secret".getBytes(StandardCharsets.UTF_8), false);
		return (Admission.Admitted) this.accounts.admit(attempt).toCompletableFuture().join();
	}

	private boolean publishes(Caller caller) {
		return this.accounts.decidePublish(caller, TOPIC).allowed();
	}

	private List<ThrowingCallable> changes(Caller caller) {
		return List.of(() -> this.users.add(caller, "new", HASH, true, Role.ADMIN),
				() -> this.users.change(caller, "admin", (user) -> user), () -> this.users.delete(caller, "admin"),
				() -> this.rules.add(caller, rule(Scope.EVERYONE, null, Access.READ)),
				() -> this.rules.change(caller, 1, (rule) -> rule), () -> this.rules.delete(caller, 1),
				() -> this.rules.replace(caller, (version) -> true, List.of()));
	}

	@Test
	void areChangedByWhoIsAnAdminOnly() {
		start(Role.ADMIN, (context) -> {
			Caller bob = AccountContext.caller(context, "bob");
			bob(HASH, true, Role.OPERATOR);
			assertThat(changes(bob))
				.allSatisfy((change) -> assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(change));
			bob(HASH, false, Role.ADMIN);
			assertThat(changes(bob))
				.allSatisfy((change) -> assertThatExceptionOfType(AuthenticationException.class).isThrownBy(change));
			bob(HASH, true, Role.ADMIN);
			assertThat(changes(bob)).as("of a login before")
				.allSatisfy((change) -> assertThatExceptionOfType(AuthenticationException.class).isThrownBy(change));
			this.users.change(AccountContext.caller(context, "bob"), "admin", (user) -> user);
			assertThat(this.directory.find("new")).isEmpty();
			assertThat(this.rules.after(0, 1)).isEmpty();
		});
	}

	@Test
	void haveOneFirstUser() {
		start(null, (context) -> assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.users.addFirst("other", HASH)));
	}

	@Test
	void letWhoIsConnectedStayUntilItsLoginsEnd() {
		start(Role.OPERATOR, (context) -> {
			Admission.Admitted first = admitted();
			bob(HASH, true, null);
			assertThat(this.accounts.stands(first)).as("another role").isTrue();
			bob(HASH, false, null);
			assertThat(this.accounts.stands(first)).as("disabled").isFalse();
			bob(HASH, true, null);
			assertThat(this.accounts.stands(first)).as("enabled again").isFalse();
			Admission.Admitted second = admitted();
			bob(HASH, true, null);
			assertThat(this.accounts.stands(second)).as("enabled already").isTrue();
			bob(Passwords.hash("secret"), true, null);
			assertThat(this.accounts.stands(second)).as("another hash").isFalse();
			Admission.Admitted third = admitted();
			this.users.delete(this.admin, "bob");
			assertThat(this.accounts.stands(third)).as("deleted").isFalse();
		});
	}

	@Test
	void knowAPasswordUntilTheLoginsEnd() {
		start(null, (context) -> {
			byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
			Passwords passwords = context.getBean(Passwords.class);
			assertThat(this.accounts.known("bob", secret)).isNull();
			admitted();
			User before = bob();
			assertThat(this.accounts.known("bob", secret)).isEqualTo(before);
			assertThat(this.accounts.known("bob", "other".getBytes(StandardCharsets.UTF_8))).isNull();
			bob(HASH, false, null);
			assertThat(this.accounts.known("bob", secret)).isNull();
			assertThat(passwords.isKnown(before, secret)).as("forgotten").isFalse();
		});
	}

	@Test
	void giveWhoIsDeletedNothing() {
		start(null, (context) -> {
			this.rules.add(this.admin, rule(Scope.EVERYONE, null, Access.READWRITE));
			MqttClient client = admitted().client();
			assertThat(this.accounts.decide(client, Action.READ, TOPIC).allowed()).isTrue();
			assertThat(this.accounts.maySubscribe(client, ALL)).isTrue();
			this.users.delete(this.admin, "bob");
			assertThat(this.accounts.decide(client, Action.READ, TOPIC).allowed()).isFalse();
			assertThat(this.accounts.maySubscribe(client, ALL)).isFalse();
			MqttClient anonymous = new MqttClient(null, null, new ClientId("lamp"));
			assertThat(this.accounts.decide(anonymous, Action.READ, TOPIC).allowed()).isTrue();
		});
	}

	@Test
	void grantEachSubscriptionIfSoSet() {
		AccountContext.start(this.data, (context) -> {
			MqttClient anonymous = new MqttClient(null, null, new ClientId("lamp"));
			Accounts granting = context.getBean(Accounts.class);
			assertThat(granting.maySubscribe(anonymous, ALL)).isTrue();
			assertThat(granting.decide(anonymous, Action.READ, TOPIC).allowed()).isFalse();
		}, "heliograph.acl.subscribe-denied=grant");
	}

	@Test
	void letWhoIsDisabledWriteNothing() {
		start(null, (context) -> {
			this.rules.add(this.admin, rule(Scope.EVERYONE, null, Access.READWRITE));
			MqttClient client = admitted().client();
			assertThat(this.accounts.decide(client, Action.WRITE, TOPIC).allowed()).isTrue();
			bob(HASH, false, null);
			assertThat(this.accounts.decide(client, Action.WRITE, TOPIC).allowed()).isFalse();
			assertThat(this.accounts.decide(client, Action.READ, TOPIC).allowed()).as("what waits for it").isTrue();
			bob(HASH, true, null);
			assertThat(this.accounts.decide(client, Action.WRITE, TOPIC).allowed()).isTrue();
			MqttClient anonymous = new MqttClient(null, null, new ClientId("lamp"));
			assertThat(this.accounts.decide(anonymous, Action.WRITE, TOPIC).allowed()).isTrue();
		});
	}

	@Test
	void letPublishByTheRoleOfThisMoment() {
		start(Role.PUBLISHER, (context) -> {
			Caller bob = AccountContext.caller(context, "bob");
			assertThat(publishes(bob)).as("without a rule").isFalse();
			bob(HASH, true, Role.ADMIN);
			assertThat(publishes(bob)).as("an ADMIN without a rule").isTrue();
			this.rules.add(this.admin, rule(Scope.USER, bob.userId(), Access.WRITE));
			for (Role role : new Role[] { null, Role.OPERATOR, Role.PUBLISHER, Role.ADMIN }) {
				bob(HASH, true, role);
				assertThat(publishes(bob)).as("%s", role).isEqualTo(role == Role.PUBLISHER || role == Role.ADMIN);
			}
			bob(Passwords.hash("other"), true, Role.ADMIN);
			assertThat(publishes(bob)).as("of a login before").isFalse();
		});
	}

	@Test
	void keepRulesWhileThereIsTheirUser() {
		start(null, (context) -> {
			long id = bob().id();
			long revision = this.accounts.revision();
			AccessRule rule = this.rules.add(this.admin, rule(Scope.USER, id, Access.READ));
			AccessRule other = this.rules.add(this.admin, rule(Scope.EVERYONE, null, Access.READ));
			assertThat(this.accounts.revision()).isEqualTo(revision + 2);
			bob(HASH, false, null);
			assertThat(this.rules.find(rule.id())).contains(rule);
			this.users.delete(this.admin, "bob");
			assertThat(this.rules.after(0, 9)).containsExactly(other);
			assertThat(this.rules.current().own()).isEmpty();
			assertThat(this.accounts.revision()).isEqualTo(revision + 3);
			assertThatExceptionOfType(AccessRules.NoSuchUser.class)
				.isThrownBy(() -> this.rules.add(this.admin, rule(Scope.USER, id, Access.READ)));
			assertThat(this.rules.delete(this.admin, rule.id())).isFalse();
			assertThat(this.accounts.revision()).isEqualTo(revision + 3);
		});
	}

}

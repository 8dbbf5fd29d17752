package io.heliograph.account;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.account.secret.GeneratedSecret;
import io.heliograph.account.secret.PasswordHash;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ApplicationContext;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What a change of users and rules does to those who are there. */
class AccountsTests {

	private static final PasswordHash HASH = PasswordHash.of("secret");

	private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

	private static final Topic TOPIC = new Topic("a");

	private static final UserChange NOTHING = new UserChange(null, null, null);

	private static final TopicFilter ALL = new TopicFilter("#");

	@TempDir
	private Path data;

	private Users users;

	private UserDirectory directory;

	private AccessRules rules;

	private Accounts accounts;

	private ApplicationContext context;

	private Caller admin;

	/** With a user bob who has a role, and without any rule. */
	private void start(@Nullable Role role, AccountContext.Check check) {
		AccountContext.start(this.data, (context) -> {
			this.context = context;
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

	private void bob(boolean enabled, @Nullable Role role) {
		change(new UserChange(null, enabled, Optional.ofNullable(role)));
	}

	private void newPassword(String password) {
		change(new UserChange(PasswordHash.of(password), null, null));
	}

	private void change(UserChange change) {
		this.users.change(this.admin, "bob", change);
	}

	private static AccessRule rule(Scope scope, @Nullable Long userId, Access access) {
		return new AccessRule(AccessRule.UNNUMBERED, scope, userId, access, ALL);
	}

	private MqttClient admitted(String password) {
		ConnectAttempt attempt = new ConnectAttempt(new ClientId("glass"), "bob",
				password.getBytes(StandardCharsets.UTF_8), false, LOCAL);
		return ((Admission.Admitted) this.accounts.admit(attempt).toCompletableFuture().join()).client();
	}

	private LoginResult login(String password) {
		return this.context.getBean(Logins.class).login("bob", password.getBytes(StandardCharsets.UTF_8), LOCAL).join();
	}

	private boolean publishes(Caller caller) {
		return this.accounts.decidePublish(caller, TOPIC).allowed();
	}

	private List<ThrowingCallable> changes(Caller caller) {
		return List.of(() -> this.users.add(caller, "new", HASH, true, Role.ADMIN),
				() -> this.users.change(caller, "admin", NOTHING), () -> this.users.addPassword(caller, "admin", HASH),
				() -> this.users.removePassword(caller, "admin", 1), () -> this.users.delete(caller, "admin"),
				() -> this.rules.add(caller, rule(Scope.EVERYONE, null, Access.READ)),
				() -> this.rules.change(caller, 1, (rule) -> rule), () -> this.rules.delete(caller, 1),
				() -> this.rules.replace(caller, (version) -> true, List.of()));
	}

	@Test
	void areChangedByWhoIsAnAdminOnly() {
		start(Role.ADMIN, (context) -> {
			Caller bob = AccountContext.caller(context, "bob");
			bob(true, Role.OPERATOR);
			assertThat(changes(bob))
				.allSatisfy((change) -> assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(change));
			bob(false, Role.ADMIN);
			assertThat(changes(bob))
				.allSatisfy((change) -> assertThatExceptionOfType(AuthenticationException.class).isThrownBy(change));
			bob(true, Role.ADMIN);
			newPassword("other");
			assertThat(changes(bob)).as("of a password before")
				.allSatisfy((change) -> assertThatExceptionOfType(AuthenticationException.class).isThrownBy(change));
			this.users.change(AccountContext.caller(context, "bob"), "admin", NOTHING);
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
			MqttClient first = admitted("secret");
			bob(true, null);
			assertThat(this.accounts.stands(first)).as("another role").isTrue();
			bob(false, null);
			assertThat(this.accounts.stands(first)).as("disabled").isFalse();
			bob(true, null);
			newPassword("secret");
			assertThat(this.accounts.stands(first)).as("another hash").isFalse();
			MqttClient third = admitted("secret");
			this.users.delete(this.admin, "bob");
			assertThat(this.accounts.stands(third)).as("deleted").isFalse();
		});
	}

	@Test
	void letWhoIsConnectedStayWhileItsOwnPasswordCounts() {
		start(null, (context) -> {
			MqttClient first = admitted("secret");
			this.users.addPassword(this.admin, "bob", PasswordHash.of("second"));
			MqttClient second = admitted("second");
			assertThat(this.accounts.stands(first)).isTrue();
			this.users.removePassword(this.admin, "bob", bob().passwords().get(0).id());
			assertThat(this.accounts.stands(first)).isFalse();
			assertThat(this.accounts.stands(second)).isTrue();
			assertThat(login("secret")).isInstanceOf(LoginResult.Wrong.class);
		});
	}

	@Test
	void haveAPasswordOrTwo() {
		start(null, (context) -> {
			long only = bob().passwords().get(0).id();
			assertThatExceptionOfType(Users.OnlyPassword.class)
				.isThrownBy(() -> this.users.removePassword(this.admin, "bob", only));
			assertThat(this.users.removePassword(this.admin, "bob", only + 100)).isEmpty();
			this.users.addPassword(this.admin, "bob", HASH);
			assertThatExceptionOfType(Users.TooManyPasswords.class)
				.isThrownBy(() -> this.users.addPassword(this.admin, "bob", HASH));
			newPassword("third");
			assertThat(bob().passwords()).hasSize(1);
		});
	}

	@Test
	void knowAPasswordUntilItDoesNotCount() {
		start(null, (context) -> {
			byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
			Logins logins = context.getBean(Logins.class);
			PasswordChecks checks = context.getBean(PasswordChecks.class);
			assertThat(logins.known("bob", secret, LOCAL)).isNull();
			admitted("secret");
			User before = bob();
			assertThat(logins.known("bob", secret, LOCAL)).isNotNull();
			assertThat(logins.known("bob", "other".getBytes(StandardCharsets.UTF_8), LOCAL)).isNull();
			bob(false, null);
			assertThat(logins.known("bob", secret, LOCAL)).isNull();
			newPassword("other");
			assertThat(checks.known(before, secret)).as("forgotten").isNull();
		});
	}

	@Test
	void knowAGeneratedPasswordAtOnce() {
		start(null, (context) -> {
			String generated = GeneratedSecret.devicePassword();
			newPassword(generated);
			for (int i = 0; i < 100; i++) {
				assertThat(login(generated)).isInstanceOf(LoginResult.Right.class);
				assertThat(context.getBean(Logins.class)
					.login("bob", GeneratedSecret.devicePassword().getBytes(StandardCharsets.UTF_8), LOCAL))
					.isNotDone();
			}
			assertThat(login(generated)).as("after many wrong ones").isInstanceOf(LoginResult.Right.class);
		});
	}

	@Test
	void giveWhoIsDeletedNothing() {
		start(null, (context) -> {
			this.rules.add(this.admin, rule(Scope.EVERYONE, null, Access.READWRITE));
			MqttClient client = admitted("secret");
			assertThat(this.accounts.decide(client, Action.READ, TOPIC).allowed()).isTrue();
			assertThat(this.accounts.decideSubscribe(client, ALL).allowed()).isTrue();
			this.users.delete(this.admin, "bob");
			assertThat(this.accounts.decide(client, Action.READ, TOPIC).allowed()).isFalse();
			assertThat(this.accounts.decideSubscribe(client, ALL).allowed()).isFalse();
			MqttClient anonymous = new MqttClient(null, new ClientId("lamp"), LOCAL);
			assertThat(this.accounts.decide(anonymous, Action.READ, TOPIC).allowed()).isTrue();
		});
	}

	@Test
	void grantEachSubscriptionIfSoSet() {
		AccountContext.start(this.data, (context) -> {
			MqttClient anonymous = new MqttClient(null, new ClientId("lamp"), LOCAL);
			Accounts granting = context.getBean(Accounts.class);
			assertThat(granting.decideSubscribe(anonymous, ALL).allowed()).isTrue();
			assertThat(granting.decide(anonymous, Action.READ, TOPIC).allowed()).isFalse();
		}, "heliograph.acl.subscribe-denied=grant");
	}

	@Test
	void letWhoIsDisabledWriteNothing() {
		start(null, (context) -> {
			this.rules.add(this.admin, rule(Scope.EVERYONE, null, Access.READWRITE));
			MqttClient client = admitted("secret");
			assertThat(this.accounts.decide(client, Action.WRITE, TOPIC).allowed()).isTrue();
			bob(false, null);
			assertThat(this.accounts.decide(client, Action.WRITE, TOPIC).allowed()).isFalse();
			assertThat(this.accounts.decide(client, Action.READ, TOPIC).allowed()).as("what waits for it").isTrue();
			bob(true, null);
			assertThat(this.accounts.decide(client, Action.WRITE, TOPIC).allowed()).isTrue();
			MqttClient anonymous = new MqttClient(null, new ClientId("lamp"), LOCAL);
			assertThat(this.accounts.decide(anonymous, Action.WRITE, TOPIC).allowed()).isTrue();
		});
	}

	@Test
	void letPublishByTheRoleOfThisMoment() {
		start(Role.PUBLISHER, (context) -> {
			Caller bob = AccountContext.caller(context, "bob");
			assertThat(publishes(bob)).as("without a rule").isFalse();
			bob(true, Role.ADMIN);
			assertThat(publishes(bob)).as("an ADMIN without a rule").isTrue();
			this.rules.add(this.admin, rule(Scope.USER, bob.userId(), Access.WRITE));
			for (Role role : new Role[] { null, Role.OPERATOR, Role.PUBLISHER, Role.ADMIN }) {
				bob(true, role);
				assertThat(publishes(bob)).as("%s", role).isEqualTo(role == Role.PUBLISHER || role == Role.ADMIN);
			}
			newPassword("other");
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
			bob(false, null);
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

package io.heliograph.account;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.account.DenialGroup.Who;
import io.heliograph.account.Refusal.Kind;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.account.secret.PasswordHash;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** How refusals are grouped. */
class DenialsTests {

	private static final InetAddress HERE = InetAddress.getLoopbackAddress();

	private static final Decision DENIED = new Decision(false, null);

	@TempDir
	private Path data;

	private Denials denials;

	private void start(AccountContext.Check check) {
		AccountContext.start(this.data, (context) -> {
			this.denials = context.getBean(Denials.class);
			check.on(context);
		}, "heliograph.admin.password=secret");
	}

	private static MqttClient client(@Nullable String user, String id) {
		return new MqttClient((user != null) ? new Login(1, user, 1) : null, new ClientId(id), HERE);
	}

	private void publish(@Nullable String user, String id, String topic) {
		this.denials.count(Refusal.publish(client(user, id), new Topic(topic), DENIED));
	}

	private void login(@Nullable String user) {
		this.denials.count(Refusal.login(user, HERE, Reason.BAD_CREDENTIALS));
	}

	private List<Denial> all() {
		return this.denials.newest(null, null, Long.MAX_VALUE, Integer.MAX_VALUE);
	}

	@Test
	void takeTheLevelsOutThatAreNames() {
		start((context) -> {
			publish("admin", "glass", "a/admin/glass/b");
			publish("admin", "lamp", "a/admin/lamp/b");
			publish("admin", "glass", "administrator/my-glass/b");
			publish("admin", "b/c", "a/b/c");
			publish(null, "b", "b/");
			publish("", "b", "x//y");
			assertThat(all()).extracting((denial) -> denial.group().pattern(), Denial::count)
				.containsExactly(tuple("x//y", 1L), tuple("%c/", 1L), tuple("a/b/c", 1L),
						tuple("administrator/my-glass/b", 1L), tuple("a/%u/%c/b", 2L));
		});
	}

	@Test
	void cutWhatIsLong() {
		start((context) -> {
			String glasses = "👓".repeat(10_000);
			publish(null, "c".repeat(60_000), "t".repeat(60_000));
			publish(null, "c".repeat(60_000), "t".repeat(59_999));
			login("x" + glasses);
			login("xx" + glasses);
			assertThat(all()).extracting(Denial::count).containsExactly(1L, 1L, 2L);
			assertThat(all().get(2).group().pattern()).hasSize(256);
			assertThat(all().get(2).clientId()).hasSize(256);
			assertThat(all().get(1).group().user()).hasSize(256).endsWith("👓…");
			assertThat(all().get(0).group().user()).hasSize(255).endsWith("👓…");
		});
	}

	@Test
	void tellUsersFromStrangers() {
		start((context) -> {
			login("Admin");
			login(null);
			login("admin");
			Users users = context.getBean(Users.class);
			users.add(AccountContext.caller(context, "admin"), "bob", PasswordHash.of("secret"), false, null);
			login("bob");
			assertThat(all())
				.extracting((denial) -> denial.group().who(), (denial) -> denial.group().user(),
						(denial) -> denial.group().reason())
				.containsExactly(tuple(Who.USER, "bob", Reason.DISABLED),
						tuple(Who.USER, "admin", Reason.BAD_CREDENTIALS),
						tuple(Who.ANONYMOUS, null, Reason.BAD_CREDENTIALS),
						tuple(Who.STRANGER, "Admin", Reason.BAD_CREDENTIALS));
			assertThat(this.denials.newest("bob", Kind.CONNECT, Long.MAX_VALUE, 9)).hasSize(1);
			assertThat(this.denials.newest("bob", Kind.DELIVER, Long.MAX_VALUE, 9)).isEmpty();
		});
	}

	@Test
	void areNotPushedOutByStrangers() {
		start((context) -> {
			login("admin");
			publish(null, "glass", "a");
			for (int i = 0; i < 100_000; i++) {
				login("stranger" + i);
			}
			assertThat(all()).hasSize(Denials.MAX_OF_STRANGERS + 3);
			assertThat(all()).extracting((denial) -> denial.group().user()).contains("admin", "stranger99999");
			assertThat(all()).filteredOn((denial) -> denial.group().who() == Who.OTHER_STRANGERS)
				.singleElement()
				.satisfies((others) -> {
					assertThat(others.count()).isEqualTo(100_000 - Denials.MAX_OF_STRANGERS);
					assertThat(others.group().reason()).isEqualTo(Reason.BAD_CREDENTIALS);
				});
			assertThat(all()).filteredOn((denial) -> denial.group().who() == Who.ANONYMOUS).hasSize(1);
		});
	}

	@Test
	void nameTheRuleThatDeniesAllOfAFilter() {
		start((context) -> {
			AccessRules rules = context.getBean(AccessRules.class);
			Caller admin = AccountContext.caller(context, "admin");
			rules.add(admin, everyone(Access.READ, "a/#"));
			AccessRule half = rules.add(admin, everyone(Access.DENY, "a/b/#"));
			AccessRule whole = rules.add(admin, everyone(Access.DENY, "a/#"));
			Accounts accounts = context.getBean(Accounts.class);
			MqttClient client = client(null, "glass");
			assertThat(accounts.decideSubscribe(client, new TopicFilter("a/+"))).isEqualTo(new Decision(false, whole));
			assertThat(accounts.decideSubscribe(client, new TopicFilter("a/b/c"))).isEqualTo(new Decision(false, half));
			assertThat(accounts.decideSubscribe(client, new TopicFilter("c"))).isEqualTo(DENIED);
			rules.delete(admin, whole.id());
			assertThat(accounts.decideSubscribe(client, new TopicFilter("a/+")).allowed()).isTrue();
			assertThat(all()).as("what is only asked").isEmpty();
		});
	}

	private static AccessRule everyone(Access access, String topic) {
		return new AccessRule(AccessRule.UNNUMBERED, Scope.EVERYONE, null, access, new TopicFilter(topic));
	}

}

package io.heliograph.account;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.heliograph.account.secret.PasswordHash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The user that is there from the first start on. */
class FirstAdminTests {

	@TempDir
	private Path directory;

	private Path file;

	@BeforeEach
	void nameTheFile() {
		this.file = this.directory.resolve("data").resolve("initial-admin-password");
	}

	private void start(AccountContext.Check check, String... settings) {
		AccountContext.start(this.file.getParent(), check, settings);
	}

	private static boolean logsIn(ApplicationContext context, String password) {
		LoginResult result = context.getBean(Logins.class)
			.login("admin", password.getBytes(StandardCharsets.UTF_8), InetAddress.getLoopbackAddress())
			.join();
		return result instanceof LoginResult.Right right && right.user().role() == Role.ADMIN;
	}

	private static void change(ApplicationContext context, String name, String password) {
		context.getBean(Users.class)
			.change(AccountContext.caller(context, "admin"), name,
					new UserChange(PasswordHash.of(password), null, null));
	}

	private String written() throws IOException {
		return Files.readString(this.file).strip();
	}

	@Test
	void hasAGeneratedPasswordThatOnlyTheOwnerCanRead() {
		start((context) -> {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.file))).isEqualTo("rw-------");
			assertThat(written()).matches("[A-Za-z0-9_-]{24}");
			assertThat(logsIn(context, written())).isTrue();
			assertThat(logsIn(context, "")).isFalse();
		});
		start((context) -> assertThat(logsIn(context, written())).isTrue());
	}

	@Test
	void hasAnotherPasswordInEachInstallation() throws IOException {
		start((context) -> {
		});
		String first = written();
		this.file = this.directory.resolve("other").resolve("initial-admin-password");
		start((context) -> assertThat(written()).isNotEqualTo(first));
	}

	@Test
	void leavesNoFileBehindOnceThePasswordIsChanged() {
		start((context) -> {
			String first = written();
			change(context, "admin", "chosen");
			assertThat(this.file).doesNotExist();
			assertThat(logsIn(context, "chosen")).isTrue();
			assertThat(logsIn(context, first)).isFalse();
		});
		start((context) -> {
			assertThat(this.file).doesNotExist();
			assertThat(logsIn(context, "chosen")).isTrue();
		});
	}

	@Test
	void keepsTheFileWhenAnotherUsersPasswordIsChanged() {
		start((context) -> {
			context.getBean(Users.class)
				.add(AccountContext.caller(context, "admin"), "bob", PasswordHash.of("old"), true, Role.ADMIN);
			change(context, "bob", "new");
			context.getBean(Users.class).delete(AccountContext.caller(context, "admin"), "bob");
			assertThat(logsIn(context, written())).isTrue();
		});
	}

	@Test
	void keepsTheFileWhileItIsDisabled() {
		start((context) -> {
			Users users = context.getBean(Users.class);
			users.add(AccountContext.caller(context, "admin"), "bob", PasswordHash.of("old"), true, Role.ADMIN);
			for (boolean enabled : new boolean[] { false, true }) {
				users.change(AccountContext.caller(context, "bob"), "admin", new UserChange(null, enabled, null));
			}
			assertThat(logsIn(context, written())).isTrue();
		});
	}

	@Test
	void keepsTheFileWhenAnotherPasswordOfItsOwnIsRemoved() {
		start((context) -> {
			Users users = context.getBean(Users.class);
			Caller admin = AccountContext.caller(context, "admin");
			User both = users.addPassword(admin, "admin", PasswordHash.of("second")).orElseThrow();
			users.removePassword(admin, "admin", both.passwords().get(1).id());
			assertThat(logsIn(context, written())).isTrue();
			both = users.addPassword(admin, "admin", PasswordHash.of("second")).orElseThrow();
			users.removePassword(admin, "admin", both.passwords().get(0).id());
			assertThat(this.file).doesNotExist();
		});
	}

	/** It was killed between the change and the end of the file. */
	@Test
	void removesAStaleFileAtTheNextStart() throws IOException {
		start((context) -> {
		});
		Files.writeString(this.file, "stale\n");
		start((context) -> assertThat(this.file).doesNotExist());
	}

	@Test
	void leavesNoFileBehindWhenItIsDeleted() {
		start((context) -> {
			context.getBean(Users.class)
				.add(AccountContext.caller(context, "admin"), "bob", PasswordHash.of("old"), true, Role.ADMIN);
			context.getBean(Users.class).delete(AccountContext.caller(context, "admin"), "admin");
			assertThat(this.file).doesNotExist();
		});
		start((context) -> {
			assertThat(context.getBean(UserDirectory.class).find("admin")).isEmpty();
			assertThat(this.file).doesNotExist();
		});
	}

	@Test
	void hasTheChosenPasswordAndNoFile() {
		start((context) -> {
			assertThat(logsIn(context, "chosen")).isTrue();
			assertThat(this.file).doesNotExist();
		}, "heliograph.admin.password=chosen");
	}

	@Test
	void keepsItsPasswordAtTheNextStart() {
		start((context) -> {
		}, "heliograph.admin.password=first");
		start((context) -> {
			assertThat(logsIn(context, "first")).isTrue();
			assertThat(logsIn(context, "second")).isFalse();
		}, "heliograph.admin.password=second");
	}

	@Test
	void replacesTheFileOfAStartThatWasCutOff() throws IOException {
		Files.createDirectories(this.file.getParent());
		Files.writeString(this.file, "of nobody\n");
		start((context) -> {
			assertThat(written()).isNotEqualTo("of nobody");
			assertThat(logsIn(context, written())).isTrue();
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.file))).isEqualTo("rw-------");
		});
	}

}

package io.heliograph.account;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Which passwords there are, and when one is right. */
class PasswordsTests {

	private final Passwords passwords = new Passwords();

	@AfterEach
	void close() {
		this.passwords.close();
	}

	private static User user(String password, long logins) {
		return new User(1, "alice", Passwords.hash(password), true, null, logins);
	}

	private CompletableFuture<Boolean> check(@Nullable User user, String password) {
		String name = (user != null) ? user.name() : "nobody";
		return this.passwords.check(name, user, password.getBytes(StandardCharsets.UTF_8));
	}

	private boolean right(@Nullable User user, String password) {
		return check(user, password).join();
	}

	@Test
	void areRightOnceAndAgain() {
		for (String password : List.of("a", " ", "a:\tb", "𝄞".repeat(18))) {
			User user = user(password, 0);
			this.passwords.forget(user.id());
			assertThat(right(user, password)).isTrue();
			assertThat(right(user, password)).isTrue();
		}
	}

	@Test
	void areWrong() {
		User user = user("secret", 0);
		List<String> wrong = List.of("", "secre", "Secret", "secret ", "x", "\0", "secret\0", "secret\0secret");
		assertThat(wrong).noneMatch((password) -> right(user, password));
		assertThat(right(user, "secret")).isTrue();
		assertThat(List.of("", "x", "secret\0", "secret\0secret")).noneMatch((password) -> right(user, password));
	}

	@Test
	void areWrongForNobody() {
		assertThat(right(null, "nobody")).isFalse();
		assertThat(right(null, "x")).isFalse();
	}

	@Test
	void areWrongBehindWhatBcryptReads() {
		User user = user("a".repeat(72), 0);
		assertThat(right(user, "a".repeat(73))).isFalse();
		assertThat(right(user, "a".repeat(72) + "\0")).isFalse();
		assertThat(right(user, "a".repeat(72))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\0", "a\0", "\0a", "a\0a", "\ud834", "a\udd1e" })
	void cannotBeChosenWhereBcryptWouldNotTellThemFromOthers(String password) {
		assertThatIllegalArgumentException().isThrownBy(() -> Passwords.hash(password));
	}

	@Test
	void cannotBeChosenOverThe72BytesThatBcryptReads() {
		assertThatIllegalArgumentException().isThrownBy(() -> Passwords.hash("a".repeat(73)));
		assertThatIllegalArgumentException().isThrownBy(() -> Passwords.hash("ä".repeat(36) + "a"));
		assertThat(Passwords.hash("ä".repeat(36))).startsWith("$2b$10$");
	}

	@Test
	void areKnownAgainUntilTheLoginsEnd() {
		User before = user("old", 0);
		assertThat(right(before, "old")).isTrue();
		// what is known is not hashed again
		assertThat(right(user("new", 0), "old")).isTrue();
		User changed = user("new", 1);
		assertThat(right(changed, "old")).isFalse();
		assertThat(right(changed, "new")).isTrue();
		assertThat(right(changed, "old")).isFalse();
	}

	@Test
	void areForgotten() {
		assertThat(right(user("old", 0), "old")).isTrue();
		this.passwords.forget(1);
		assertThat(right(user("new", 0), "old")).isFalse();
	}

	@Test
	void areKnownForOneUserOnly() {
		User alice = user("secret", 0);
		assertThat(right(alice, "secret")).isTrue();
		assertThat(right(new User(2, "bob", Passwords.hash("other"), true, null, 0), "secret")).isFalse();
	}

	@Test
	void areNotCheckedWhenTooManyWait() {
		User user = user("secret", 0);
		List<CompletableFuture<Boolean>> checks = new ArrayList<>();
		int taken = Passwords.MAX_WAITING + Runtime.getRuntime().availableProcessors();
		for (int i = 0; i < 4 * taken; i++) {
			checks.add(check(user, "wrong" + i));
		}
		assertThat(checks.subList(0, taken)).noneMatch(CompletableFuture::isCompletedExceptionally);
		List<CompletableFuture<Boolean>> refused = checks.stream()
			.filter(CompletableFuture::isCompletedExceptionally)
			.toList();
		assertThat(refused).isNotEmpty();
		assertThat(refused).allSatisfy((check) -> assertThat(check).failsWithin(Duration.ZERO)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(RejectedExecutionException.class));
	}

	/** More at once than may wait. */
	@Test
	void areCheckedOnceForAllWhoWait() {
		User user = user("secret", 0);
		List<CompletableFuture<Boolean>> checks = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			checks.add(check(user, "secret"));
			checks.add(check(user, "wrong"));
		}
		for (int i = 0; i < checks.size(); i++) {
			assertThat(checks.get(i).join()).isEqualTo(i % 2 == 0);
		}
		assertThat(right(user, "wrong")).isFalse();
	}

	/** As for a user: the difference would tell which names there are. */
	@Test
	void areCheckedOnceForAllWhoWaitForNobody() {
		List<CompletableFuture<Boolean>> checks = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			checks.add(check(null, "wrong"));
		}
		assertThat(checks).noneMatch(CompletableFuture::join);
	}

	@Test
	void areCheckedForEachNameByItself() {
		byte[] password = "wrong".getBytes(StandardCharsets.UTF_8);
		List<CompletableFuture<Boolean>> checks = new ArrayList<>();
		for (int i = 0; i < 4 * Passwords.MAX_WAITING + Runtime.getRuntime().availableProcessors(); i++) {
			checks.add(this.passwords.check("nobody" + i, null, password));
		}
		assertThat(checks).anyMatch(CompletableFuture::isCompletedExceptionally);
	}

}

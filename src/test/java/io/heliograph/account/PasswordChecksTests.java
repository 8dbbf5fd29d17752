package io.heliograph.account;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

import io.heliograph.account.secret.GeneratedSecret;
import io.heliograph.account.secret.PasswordHash;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/** Which passwords there are, and when one is right. */
class PasswordChecksTests {

	private final Rehashes rehashes = new Rehashes(new AccountSettings.Passwords(Duration.ZERO, true, 5));

	private final PasswordChecks checks = new PasswordChecks(new BackOff(System::nanoTime, 5), this.rehashes);

	/** Each attempt comes from another address: none is held off. */
	private int attempts;

	@AfterEach
	void close() {
		this.checks.close();
	}

	private static User user(String... passwords) {
		List<Password> list = new ArrayList<>();
		for (String password : passwords) {
			list.add(new Password(list.size() + 1, PasswordHash.of(password), Instant.EPOCH));
		}
		return new User(1, "alice", list, true, null);
	}

	private CompletableFuture<@Nullable Password> check(@Nullable User user, String password) {
		return check((user != null) ? user.name() : "nobody", user, password);
	}

	private CompletableFuture<@Nullable Password> check(String name, @Nullable User user, String password) {
		try {
			this.attempts++;
			InetAddress address = InetAddress
				.getByAddress(new byte[] { 127, 0, (byte) (this.attempts >> 8), (byte) this.attempts });
			return this.checks.check(name, user, password.getBytes(StandardCharsets.UTF_8), address);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean right(User user, String password) {
		byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
		return this.checks.known(user, bytes) != null
				|| check(user.name() + this.attempts, user, password).join() != null;
	}

	private boolean known(User user, String password) {
		return this.checks.known(user, password.getBytes(StandardCharsets.UTF_8)) != null;
	}

	@Test
	void areRightOnceAndAgain() {
		for (String password : List.of("a", " ", "a:\tb", "𝄞".repeat(18))) {
			User user = user(password);
			this.checks.forget(List.of(1L));
			assertThat(known(user, password)).isFalse();
			assertThat(right(user, password)).isTrue();
			assertThat(known(user, password)).isTrue();
		}
	}

	@Test
	void areWrong() {
		User user = user("secret");
		List<String> wrong = List.of("", "secre", "Secret", "secret ", "x", "\0", "secret\0", "secret\0secret");
		assertThat(wrong).noneMatch((password) -> right(user, password));
		assertThat(right(user, "secret")).isTrue();
		assertThat(List.of("", "x", "secret\0", "secret\0secret")).noneMatch((password) -> right(user, password));
	}

	@Test
	void areWrongForNobody() {
		assertThat(check(null, "nobody").join()).isNull();
		assertThat(check(null, "x").join()).isNull();
		User generated = user(GeneratedSecret.devicePassword());
		assertThat(check(generated, "nobody").join()).as("of whom no password was chosen").isNull();
	}

	@Test
	void areWrongBehindWhatBcryptReads() {
		User user = user("a".repeat(72));
		assertThat(right(user, "a".repeat(73))).isFalse();
		assertThat(right(user, "a".repeat(72) + "\0")).isFalse();
		assertThat(right(user, "a".repeat(72))).isTrue();
	}

	@Test
	void areTwo() {
		String generated = GeneratedSecret.devicePassword();
		User user = user("first", generated);
		assertThat(known(user, generated)).isTrue();
		assertThat(known(user, GeneratedSecret.devicePassword())).isFalse();
		assertThat(check(user, "first").join()).isEqualTo(user.passwords().get(0));
		User chosen = user("first", "second");
		assertThat(check(chosen, "second").join()).isEqualTo(chosen.passwords().get(1));
		assertThat(known(chosen, "first")).as("each is remembered").isTrue();
		assertThat(known(chosen, "second")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\0", "a\0", "\0a", "a\0a", "\ud834", "a\udd1e" })
	void cannotBeChosenWhereBcryptWouldNotTellThemFromOthers(String password) {
		assertThatIllegalArgumentException().isThrownBy(() -> PasswordHash.of(password));
	}

	@Test
	void cannotBeChosenOverThe72BytesThatBcryptReads() {
		assertThatIllegalArgumentException().isThrownBy(() -> PasswordHash.of("a".repeat(73)));
		assertThatIllegalArgumentException().isThrownBy(() -> PasswordHash.of("ä".repeat(36) + "a"));
		assertThat(PasswordHash.of("ä".repeat(36)).text()).startsWith("$2b$10$");
	}

	@Test
	void areForgotten() {
		User user = user("secret");
		assertThat(right(user, "secret")).isTrue();
		this.checks.forget(List.of(1L));
		assertThat(known(user, "secret")).isFalse();
	}

	@Test
	void areKnownForTheirOwnUserOnly() {
		assertThat(right(user("secret"), "secret")).isTrue();
		User bob = new User(2, "bob", List.of(new Password(2, PasswordHash.of("other"), Instant.EPOCH)), true, null);
		assertThat(right(bob, "secret")).isFalse();
	}

	@Test
	void areHashedAnewIfTheyWereMosquittos() {
		Password old = new Password(5, PasswordHash.parse("$7$101$7fK1nOzTQG8gu2u6$uvqxNfIwq2kmll0XY4lkxlTCzRdfCtz"
				+ "DruzOrg9gqHZd17aLIEibRyxd1oA9+aUBOECThwAKLsoiDHk/RvfR3A=="), Instant.EPOCH);
		User user = new User(1, "glassx", List.of(old), true, null);
		assertThat(check(user, "wrong").join()).isNull();
		assertThat(this.rehashes.unwritten().take()).isEmpty();
		assertThat(check(user, "glassxpw").join()).isEqualTo(old);
		// nobody waits for it
		PasswordHash rehashed = await().until(() -> this.rehashes.unwritten().take().get(5L), Objects::nonNull);
		assertThat(rehashed.scheme()).isEqualTo("bcrypt");
		assertThat(rehashed.matches("glassxpw".getBytes(StandardCharsets.UTF_8))).isTrue();
		assertThat(this.rehashes.unwritten().take()).isEmpty();
	}

	@Test
	void areNotCheckedWhenTooManyWait() {
		List<CompletableFuture<@Nullable Password>> checks = new ArrayList<>();
		int taken = PasswordChecks.MAX_WAITING + 1;
		for (int i = 0; i < 4 * taken; i++) {
			checks.add(check("name" + i, null, "wrong"));
		}
		assertThat(checks.subList(0, taken)).noneMatch(CompletableFuture::isCompletedExceptionally);
		List<CompletableFuture<@Nullable Password>> refused = checks.stream()
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
		User user = user("secret");
		List<CompletableFuture<@Nullable Password>> checks = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			checks.add(check(user, "secret"));
			checks.add(check(user, "wrong"));
		}
		for (int i = 0; i < checks.size(); i++) {
			assertThat(checks.get(i).join() != null).isEqualTo(i % 2 == 0);
		}
		assertThat(right(user, "wrong")).isFalse();
	}

	/** As for a user: the difference would tell which names there are. */
	@Test
	void areCheckedOnceForAllWhoWaitForNobody() {
		List<CompletableFuture<@Nullable Password>> checks = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			checks.add(check(null, "wrong"));
		}
		assertThat(checks).allMatch((check) -> check.join() == null);
	}

}

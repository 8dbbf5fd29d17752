package io.heliograph.account.secret;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Which hashes of passwords there are, and which passwords are right by them. Those of
 * the table were made by other programs.
 */
class PasswordHashTests {

	private static final String SALT_12 = "+oWHp19vYZU1FZgJ";

	private static final String SALT_65 = "A".repeat(86) + "E=";

	private static final String HASH_64 = "/".repeat(85) + "w==";

	private static final String HASH_63 = "/".repeat(84);

	private static final String HASH_65 = "/".repeat(86) + "8=";

	private static final String BCRYPT_53 = "BhdaPLJ0CBJZbBXza3h.SuZ4NmqHDuCcTNPhZ9ltvniOzF8n5vBA6";

	private static final String KIB_64 = "$argon2id$v=19$m=65536,t=1,p=1$";

	/** 16 bytes without padding, as salt and as hash. */
	private static final String UNPADDED_16 = "c8u7LsoHhz/ovIbDvjd38Q";

	private static final String UNPADDED_32 = "dAT5Fq/y7yc9zMqADfKoO7YyNvzPySn0XEO19YBoM5s";

	static List<Row> rows() {
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(
				Objects.requireNonNull(PasswordHashTests.class.getResourceAsStream("/account/password-hashes.tsv")),
				StandardCharsets.UTF_8))) {
			return reader.lines()
				.filter((line) -> !line.startsWith("#"))
				.map((line) -> line.split("\t"))
				.map((cells) -> new Row(cells[0], HexFormat.of().parseHex(cells[1]), Boolean.parseBoolean(cells[2])))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A text with the parts in it that are valid. */
	private static String fill(String text) {
		return text.replace("<salt>", SALT_12)
			.replace("<salt of 65>", SALT_65)
			.replace("<hash>", HASH_64)
			.replace("<hash of 63>", HASH_63)
			.replace("<hash of 65>", HASH_65)
			.replace("<53>", BCRYPT_53)
			.replace("<64 KiB>", KIB_64)
			.replace("<16>", UNPADDED_16)
			.replace("<32>", UNPADDED_32)
			.replace("<line>", "\n");
	}

	@ParameterizedTest
	@MethodSource("rows")
	void tellsThePasswordThatItWasMadeOf(Row row) {
		PasswordHash hash = PasswordHash.parse(row.hash);
		assertThat(hash.matches(row.password)).isEqualTo(row.right);
		assertThat(hash.matches(row.password)).as("again").isEqualTo(row.right);
	}

	static List<Row> rightRows() {
		return rows().stream().filter(Row::right).toList();
	}

	@ParameterizedTest
	@MethodSource("rightRows")
	void tellsOtherPasswords(Row row) {
		PasswordHash hash = PasswordHash.parse(row.hash);
		int length = row.password.length;
		assertThat(hash.matches(new byte[0])).isFalse();
		assertThat(hash.matches(new byte[] { 0 })).isFalse();
		assertThat(hash.matches(Arrays.copyOf(row.password, length + 1))).as("U+0000 behind it").isFalse();
		byte[] longer = Arrays.copyOf(row.password, length + 1);
		longer[length] = ' ';
		assertThat(hash.matches(longer)).isFalse();
		assertThat(hash.matches(Arrays.copyOf(row.password, length - 1))).isFalse();
		byte[] other = row.password.clone();
		other[length - 1] ^= (byte) 0x80;
		assertThat(hash.matches(other)).isFalse();
	}

	@Test
	void hasFiveSchemes() {
		Map<String, Long> byScheme = rows().stream()
			.collect(Collectors.groupingBy((row) -> PasswordHash.parse(row.hash).scheme(), Collectors.counting()));
		assertThat(byScheme)
			.isEqualTo(Map.of("bcrypt", 9L, "sha512", 11L, "pbkdf2-sha512", 11L, "argon2id", 11L, "generated", 11L));
		assertThat(rightRows()).hasSize(38);
	}

	@ParameterizedTest
	@MethodSource("rows")
	void keepsItsTextAndShowsNoneOfIt(Row row) {
		PasswordHash hash = PasswordHash.parse(row.hash);
		assertThat(hash.text()).isEqualTo(row.hash);
		assertThat(hash).hasToString(hash.scheme());
		assertThat(hash).isEqualTo(PasswordHash.parse(row.hash)).hasSameHashCodeAs(PasswordHash.parse(row.hash));
		assertThat(rows()).extracting((other) -> PasswordHash.parse(other.hash)).containsOnlyOnce(hash);
	}

	@ParameterizedTest
	@CsvSource({ "$2b$10$<53>, false", "$2a$10$<53>, false", "$2y$12$<53>, false", "$2b$09$<53>, true",
			"$6$<salt>$<hash>, true", "$7$101$<salt>$<hash>, true", "<64 KiB><16>$<32>, true",
			"$sha256$<16>$<32>, false" })
	void isOutdatedUnlessItIsBcryptOfThePresentStrengthOrGenerated(String text, boolean outdated) {
		PasswordHash hash = PasswordHash.parse(fill(text));
		assertThat(hash.outdated()).isEqualTo(outdated);
		assertThat(hash.generated()).isEqualTo(text.startsWith("$sha256$"));
	}

	@Test
	void isNotOutdatedWhenItIsNew() {
		assertThat(PasswordHash.of("secret").outdated()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "$2b$04$<53>", "$2b$14$<53>", "$6$AA==$<hash>", "$7$1$AA==$<hash>",
			"$7$1000000$<hash>$<hash>", "<64 KiB><16>$<16>", "$argon2id$v=19$m=65536,t=4,p=16$AAAAAAAAAAA$<32>",
			"$argon2id$v=19$m=8,t=32768,p=1$<16>$<32>", "$argon2id$v=19$m=128,t=1,p=16$<16>$<32>" })
	void isTakenUpToItsLimits(String text) {
		assertThat(PasswordHash.parse(fill(text)).text()).isEqualTo(fill(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "$", "$$", "$$$", "secret", "pa$6$ss", "$6", " $6$<salt>$<hash>",
			"6$<salt>$<hash>", "$1$<salt>$<hash>", "$5$<salt>$<hash>", "$8$<salt>$<hash>", "$2$10$<53>", "$2x$10$<53>",
			"$2B$10$<53>", "{bcrypt}$2b$10$<53>", "$argon2i$v=19$m=65536,t=1,p=1$<16>$<32>",
			"$argon2d$v=19$m=65536,t=1,p=1$<16>$<32>", "$SHA256$<16>$<32>", "$sha512$<16>$<32>" })
	void isRefusedIfItsSchemeIsUnknown(String text) {
		assertRefused(text, "The hash of a password begins with $2a$, $2b$ or $2y$ (bcrypt),"
				+ " with $6$, $7$ or $argon2id$ (Mosquitto), or with $sha256$ (a generated secret).");
	}

	@Test
	void isRefusedIfItIsTooLongForTheDatabase() {
		assertRefused("$6$" + "A".repeat(253), "The hash of a password is at most 255 characters long.");
		assertRefused("$6$" + "A".repeat(252), "The hash has not the form $6$salt$hash.");
		assertRefused("$".repeat(10_000_000), "The hash of a password is at most 255 characters long.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "$2b$10", "$2b$10$", "$2b$1$<53>", "$2b$010$<53>", "$2b$+9$<53>", "$2b$10$<53>A",
			"$2b$10$<53><line>", "$2b$10$BhdaPLJ0CBJZbBXza3h.SuZ4NmqHDuCcTNPhZ9ltvniOzF8n5vBA",
			"$2b$10$BhdaPLJ0CBJZbBXza3h.S+Z4NmqHDuCcTNPhZ9ltvniOzF8n5vBA6",
			"$2b$10$BhdaPLJ0CBJZbBXza3h.SvZ4NmqHDuCcTNPhZ9ltvniOzF8n5vBA6",
			"$2b$10$BhdaPLJ0CBJZbBXza3h.SuZ4NmqHDuCcTNPhZ9ltvniOzF8n5vBA7" })
	void isRefusedIfBcryptDoesNotMakeIt(String text) {
		assertRefused(text, "The hash is not one that bcrypt makes: $2b$, two digits, $, and 53 characters.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "00", "03", "15", "31", "99" })
	void isRefusedIfBcryptWouldTakeTooLongOrNoTime(String strength) {
		assertRefused("$2b$" + strength + "$<53>", "The strength of a bcrypt hash must be 4 to 14.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					$6$                                  | The hash has not the form $6$salt$hash.
					$6$<salt>                            | The hash has not the form $6$salt$hash.
					$6$<salt>$<hash>$                    | The hash has not the form $6$salt$hash.
					$6$rounds=5000$<salt>$<hash>         | The hash has not the form $6$salt$hash.
					$6$$<hash>                           | The salt of a hash $6$ must be 1 to 64 bytes in base64 with padding.
					$6$<salt of 65>$<hash>               | The salt of a hash $6$ must be 1 to 64 bytes in base64 with padding.
					$6$AA$<hash>                         | The salt of a hash $6$ must be 1 to 64 bytes in base64 with padding.
					$6$AB==$<hash>                       | The salt of a hash $6$ must be 1 to 64 bytes in base64 with padding.
					$6$AA==AA==$<hash>                   | The salt of a hash $6$ must be 1 to 64 bytes in base64 with padding.
					$6$-_AA$<hash>                       | The salt of a hash $6$ must be 1 to 64 bytes in base64 with padding.
					$6$AA A$<hash>                       | The salt of a hash $6$ must be 1 to 64 bytes in base64 with padding.
					$6$<salt>$                           | What follows the salt of a hash $6$ must be 64 bytes in base64 with padding.
					$6$<salt>$<hash of 63>               | What follows the salt of a hash $6$ must be 64 bytes in base64 with padding.
					$6$<salt>$<hash of 65>               | What follows the salt of a hash $6$ must be 64 bytes in base64 with padding.
					$6$<salt>$<hash><line>               | What follows the salt of a hash $6$ must be 64 bytes in base64 with padding.
					$7$                                  | The hash has not the form $7$iterations$salt$hash.
					$7$<salt>$<hash>                     | The hash has not the form $7$iterations$salt$hash.
					$7$101$<salt>$<hash>$                | The hash has not the form $7$iterations$salt$hash.
					$7$$<salt>$<hash>                    | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$0$<salt>$<hash>                   | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$-1$<salt>$<hash>                  | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$+1$<salt>$<hash>                  | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$0101$<salt>$<hash>                | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$1e3$<salt>$<hash>                 | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$١$<salt>$<hash>                   | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$1000001$<salt>$<hash>             | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$4294967297$<salt>$<hash>          | The iterations of a hash $7$ must be a number from 1 to 1000000.
					$7$101$$<hash>                       | The salt of a hash $7$ must be 1 to 64 bytes in base64 with padding.
					$7$101$<salt of 65>$<hash>           | The salt of a hash $7$ must be 1 to 64 bytes in base64 with padding.
					$7$101$<salt>$<hash of 63>           | What follows the salt of a hash $7$ must be 64 bytes in base64 with padding.
					$7$101$<salt>$<hash of 65>           | What follows the salt of a hash $7$ must be 64 bytes in base64 with padding.
					$sha256$<16>                         | The hash has not the form $sha256$salt$hash.
					$sha256$<16>$<32>$                   | The hash has not the form $sha256$salt$hash.
					$sha256$<16>==$<32>                  | The salt of a hash $sha256$ must be 16 bytes in base64 without padding.
					$sha256$<salt>$<32>                  | The salt of a hash $sha256$ must be 16 bytes in base64 without padding.
					$sha256$<32>$<32>                    | The salt of a hash $sha256$ must be 16 bytes in base64 without padding.
					$sha256$<16>$<32>=                   | What follows the salt of a hash $sha256$ must be 32 bytes in base64 without padding.
					$sha256$<16>$<16>                    | What follows the salt of a hash $sha256$ must be 32 bytes in base64 without padding.
					""")
	void isRefusedIfItIsMalformed(String text, String message) {
		assertRefused(text, message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					v=19                       | The hash has not the form $argon2id$v=19$m=memory,t=iterations,p=lanes$salt$hash.
					m=8,t=1,p=1$<16>$<32>      | The hash has not the form $argon2id$v=19$m=memory,t=iterations,p=lanes$salt$hash.
					v=16$m=8,t=1,p=1$<16>$<32> | A hash $argon2id$ goes on with v=19$m=memory,t=iterations,p=lanes$.
					v=19$t=1,m=8,p=1$<16>$<32> | A hash $argon2id$ goes on with v=19$m=memory,t=iterations,p=lanes$.
					v=19$m=8,t=1$<16>$<32>     | A hash $argon2id$ goes on with v=19$m=memory,t=iterations,p=lanes$.
					v=19$m=8,t=1,p=1,data=AA$<16>$<32> | A hash $argon2id$ goes on with v=19$m=memory,t=iterations,p=lanes$.
					v=19$m=8,t=1,p=0$<16>$<32> | The lanes p of a hash $argon2id$ must be a number from 1 to 16.
					v=19$m=65536,t=1,p=17$<16>$<32>    | The lanes p of a hash $argon2id$ must be a number from 1 to 16.
					v=19$m=7,t=1,p=1$<16>$<32> | The KiB of memory m of a hash $argon2id$ must be a number from 8 to 65536.
					v=19$m=15,t=1,p=2$<16>$<32>        | The KiB of memory m of a hash $argon2id$ must be a number from 16 to 65536.
					v=19$m=65537,t=1,p=1$<16>$<32>     | The KiB of memory m of a hash $argon2id$ must be a number from 8 to 65536.
					v=19$m=4294967304,t=1,p=1$<16>$<32> | The KiB of memory m of a hash $argon2id$ must be a number from 8 to 65536.
					v=19$m=8,t=0,p=1$<16>$<32> | With this memory, the iterations t of a hash $argon2id$ must be a number from 1 to 32768.
					v=19$m=8,t=32769,p=1$<16>$<32>     | With this memory, the iterations t of a hash $argon2id$ must be a number from 1 to 32768.
					v=19$m=65536,t=5,p=1$<16>$<32>     | With this memory, the iterations t of a hash $argon2id$ must be a number from 1 to 4.
					v=19$m=8,t=1,p=1$AAAAAAAAAA$<32>   | The salt of a hash $argon2id$ must be 8 to 64 bytes in base64 without padding.
					v=19$m=8,t=1,p=1$<salt of 65>$<32> | The salt of a hash $argon2id$ must be 8 to 64 bytes in base64 without padding.
					v=19$m=8,t=1,p=1$<16>==$<32>       | The salt of a hash $argon2id$ must be 8 to 64 bytes in base64 without padding.
					v=19$m=8,t=1,p=1$<16>$AAAAAAAAAAAAAAAAAAAA | What follows the salt of a hash $argon2id$ must be 16 to 64 bytes in base64 without padding.
					v=19$m=8,t=1,p=1$<16>$<32>=        | What follows the salt of a hash $argon2id$ must be 16 to 64 bytes in base64 without padding.
					v=19$m=8,t=1,p=1$<16>$<hash of 65> | What follows the salt of a hash $argon2id$ must be 16 to 64 bytes in base64 without padding.
					""")
	void isRefusedIfArgon2idIsMalformedOrTakesTooMuch(String text, String message) {
		assertRefused("$argon2id$" + text, message);
	}

	private static void assertRefused(String text, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> PasswordHash.parse(fill(text)))
			.withMessage(message)
			.withNoCause();
	}

	/** More than are made at once. */
	@Test
	void tellsPasswordsOnManyThreads() {
		for (Row row : rows().stream().filter((candidate) -> candidate.hash.contains("p=4")).toList()) {
			PasswordHash hash = PasswordHash.parse(row.hash);
			List<CompletableFuture<Boolean>> checks = Stream.generate(() -> row.password)
				.limit(50)
				.map((password) -> CompletableFuture.supplyAsync(() -> hash.matches(password)))
				.toList();
			assertThat(checks).allMatch(CompletableFuture::join);
		}
	}

	@Test
	void isMadeOfGeneratedSecrets() {
		String secret = GeneratedSecret.devicePassword();
		GeneratedHash hash = GeneratedHash.hash(secret);
		assertThat(hash.matches(secret.getBytes(StandardCharsets.UTF_8))).isTrue();
		assertThat(hash.matches(GeneratedSecret.devicePassword().getBytes(StandardCharsets.UTF_8))).isFalse();
		assertThat(PasswordHash.parse(hash.text())).isEqualTo(hash);
		assertThat(PasswordHash.parse(hash.text()).matches(secret.getBytes(StandardCharsets.UTF_8))).isTrue();
		assertThat(GeneratedHash.hash(secret)).as("with another salt").isNotEqualTo(hash);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "secret", "hgp_0123456789ABCDEFGHIJKLMNOPQRSTUV0JRsEy" })
	void isNotTheFastOneOfWhatWasChosen(String chosen) {
		assertThatIllegalArgumentException().isThrownBy(() -> GeneratedHash.hash(chosen))
			.withMessage("Only a generated secret may be kept as its SHA-256.");
	}

	/**
	 * A row of the table.
	 *
	 * @param right whether the password may log in, which the empty one and those with
	 * U+0000 never do, nor those of which bcrypt reads a part
	 */
	record Row(String hash, byte[] password, boolean right) {
	}

}

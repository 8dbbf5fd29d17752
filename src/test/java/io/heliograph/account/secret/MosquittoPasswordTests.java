package io.heliograph.account.secret;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.heliograph.testing.Programs;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The hashes that Mosquitto's password files hold. */
class MosquittoPasswordTests {

	private static final int RANDOM_PASSWORDS = 200;

	@TempDir
	private Path directory;

	static List<Row> rows() {
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(
				Objects.requireNonNull(
						MosquittoPasswordTests.class.getResourceAsStream("/mosquitto/passwd/hash-vectors.tsv")),
				StandardCharsets.UTF_8))) {
			return reader.lines()
				.filter((line) -> !line.startsWith("#"))
				.map((line) -> line.split("\t", -1))
				.map((cells) -> new Row(cells[0].substring(cells[0].indexOf(':') + 1), cells[1], cells[2]))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<Row> hashes() {
		return rows().stream().filter((row) -> row.hash.startsWith("$")).toList();
	}

	@ParameterizedTest
	@MethodSource("hashes")
	void areRightAsInMosquitto2(Row row) {
		// the table does not decide about argon2id; the row is one that Mosquitto 2.1
		// made
		boolean right = row.right.equals("true") || row.hash.startsWith("$argon2id$");
		PasswordHash hash = PasswordHash.parse(row.hash);
		assertThat(hash.matches(row.password.getBytes(StandardCharsets.UTF_8)))
			.isEqualTo(right && !row.password.isEmpty());
		assertThat(hash.matches((row.password + "\0junk").getBytes(StandardCharsets.UTF_8))).isFalse();
	}

	@Test
	void areAllOfTheTable() {
		assertThat(rows()).hasSize(31);
		assertThat(hashes()).extracting((row) -> PasswordHash.parse(row.hash).scheme())
			.hasSize(30)
			.satisfies((schemes) -> assertThat(schemes).filteredOn("sha512"::equals).hasSize(9))
			.satisfies((schemes) -> assertThat(schemes).filteredOn("pbkdf2-sha512"::equals).hasSize(20))
			.satisfies((schemes) -> assertThat(schemes).filteredOn("argon2id"::equals).hasSize(1));
		assertThat(hashes()).filteredOn((row) -> row.right.equals("true")).hasSize(20);
	}

	/** Which Mosquitto would not let in either, where it has TLS. */
	@Test
	void areNotInClear() {
		assertThat(rows()).filteredOn((row) -> !row.hash.startsWith("$"))
			.singleElement()
			.satisfies((row) -> assertThatIllegalArgumentException().isThrownBy(() -> PasswordHash.parse(row.hash)));
	}

	/** Any bytes but those that end a line or a password in a file. */
	@ParameterizedTest
	@CsvSource({ "sha512, sha512", "sha512-pbkdf2, pbkdf2-sha512" })
	@RequiresProgram(value = "mosquitto_passwd", apt = "mosquitto")
	void areRightWhenMosquittoHashedAFile(String option, String scheme) throws Exception {
		Random random = new Random(42);
		List<byte[]> passwords = new ArrayList<>();
		ByteArrayOutputStream lines = new ByteArrayOutputStream();
		for (int i = 0; i < RANDOM_PASSWORDS; i++) {
			byte[] password = random.ints(1, 256)
				.filter((b) -> b != ':' && !Character.isWhitespace(b))
				.limit(1 + random.nextInt(100))
				.collect(ByteArrayOutputStream::new, ByteArrayOutputStream::write, (one, other) -> {
				})
				.toByteArray();
			passwords.add(password);
			lines.writeBytes(("u" + i + ":").getBytes(StandardCharsets.US_ASCII));
			lines.writeBytes(password);
			lines.write('\n');
		}
		Path file = this.directory.resolve("passwords");
		Files.write(file, lines.toByteArray());
		run("-H", option, "-U", file.toString());
		List<PasswordHash> hashes = read(file);
		assertThat(hashes).hasSize(RANDOM_PASSWORDS).extracting(PasswordHash::scheme).containsOnly(scheme);
		for (int i = 0; i < RANDOM_PASSWORDS; i++) {
			byte[] password = passwords.get(i);
			assertThat(hashes.get(i).matches(password)).isTrue();
			byte[] other = password.clone();
			other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
			assertThat(hashes.get(i).matches(other)).isFalse();
			assertThat(hashes.get(i).matches(Arrays.copyOf(password, password.length + 1))).isFalse();
			assertThat(hashes.get((i + 1) % RANDOM_PASSWORDS).matches(password)).isFalse();
		}
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"',
			value = { "sha512, \" pa:ss$w0rd \"", "sha512-pbkdf2, \" pa:ss$w0rd \"", "sha512, x", "sha512-pbkdf2, x" })
	@RequiresProgram(value = "mosquitto_passwd", apt = "mosquitto")
	void areRightWhenMosquittoHashedOne(String option, String password) throws Exception {
		Path file = this.directory.resolve("passwords");
		run("-H", option, "-c", "-b", file.toString(), "alice", password);
		assertThat(read(file)).singleElement()
			.matches((hash) -> hash.matches(password.getBytes(StandardCharsets.US_ASCII)))
			.matches((hash) -> !hash.matches(password.strip().concat(" ").getBytes(StandardCharsets.US_ASCII)));
	}

	@ParameterizedTest
	@CsvSource({ "sha512", "sha512-pbkdf2" })
	@RequiresProgram(value = "mosquitto_passwd", apt = "mosquitto")
	void areNeverEmpty(String option) throws Exception {
		Path file = this.directory.resolve("passwords");
		run("-H", option, "-c", "-b", file.toString(), "alice", "");
		assertThat(read(file)).singleElement().matches((hash) -> !hash.matches(new byte[0]));
	}

	private static List<PasswordHash> read(Path file) throws IOException {
		return Files.readAllLines(file, StandardCharsets.US_ASCII)
			.stream()
			.map((line) -> PasswordHash.parse(line.substring(line.indexOf(':') + 1)))
			.toList();
	}

	private static void run(String... arguments) throws Exception {
		List<String> command = new ArrayList<>(List.of(Programs.find("mosquitto_passwd").orElseThrow().toString()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		try {
			process.getOutputStream().close();
			String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).as(printed).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * A row of the table.
	 *
	 * @param hash what is behind the name in the file
	 * @param right whether Mosquitto's hash of the password is this one, or null if that
	 * was not asked
	 */
	record Row(String hash, String password, String right) {
	}

}

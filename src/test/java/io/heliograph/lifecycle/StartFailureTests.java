package io.heliograph.lifecycle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.heliograph.testing.HeliographProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A start that fails says why in one sentence and ends the process. */
class StartFailureTests {

	@TempDir
	private Path directory;

	private void refuses(String sentence, String... settings) {
		try (HeliographProcess process = new HeliographProcess(this.directory.resolve("data"), settings)) {
			assertThat(process.awaitExit()).isEqualTo(1);
			List<String> lines = process.output().lines().filter((line) -> !line.equals("(end)")).toList();
			assertThat(lines).noneMatch((line) -> line.contains("LifecycleMessages"));
			List<String> problems = lines.stream()
				.filter((line) -> !line.contains(" INFO ") && !line.contains("Java HotSpot"))
				.toList();
			assertThat(problems).as("%s", lines).singleElement().asString().contains(sentence);
		}
	}

	/** Nothing is made before all settings were read. */
	private void refusesAndLeavesNothing(String sentence, String... settings) {
		refuses(sentence, settings);
		assertThat(this.directory.resolve("data")).doesNotExist();
	}

	@Test
	void namesTheHttpPortThatIsInUse() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			refuses("The HTTP port " + taken.getLocalPort() + " is in use", "server.port=" + taken.getLocalPort());
		}
	}

	@Test
	void namesTheMqttListenerThatCannotBeBound() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			refuses("The MQTT listener 'mqtt-%1$d' cannot listen on 127.0.0.1:%1$d".formatted(taken.getLocalPort()),
					"heliograph.listeners[0].port=" + taken.getLocalPort());
		}
	}

	@Test
	void namesTheSettingWhoseValueIsOfTheWrongType() {
		refusesAndLeavesNothing("The setting heliograph.listeners[0].port is 'many'",
				"heliograph.listeners[0].port=many");
	}

	@Test
	void namesWhatASettingCanBe() {
		refusesAndLeavesNothing(
				"The setting heliograph.listeners[0].protocol is 'ws', which is not valid (give one of mqtt, websockets).",
				"heliograph.listeners[0].protocol=ws");
	}

	@Test
	void namesTheSettingThatIsOutOfRange() {
		refusesAndLeavesNothing("heliograph.sessions.max-inflight-messages is 0; give a number from 1 to 65535.",
				"heliograph.sessions.max-inflight-messages=0");
	}

	@ParameterizedTest
	@CsvSource({ "heliograph.http.max-body-size, lots, 'give a size, such as 1MB'",
			"heliograph.connect-timeout, soon, 'give a time, such as 10s'",
			"heliograph.io-threads, many, give a whole number",
			"heliograph.listeners[0].allow-anonymous, maybe, give true or false",
			"heliograph.listeners, tcp, it has no value of its own; give one to what is in it",
			"server.port, -1, give a number from 0 to 65535", "server.port, 70000, give a number from 0 to 65535",
			"spring.lifecycle.timeout-per-shutdown-phase, soon, 'give a time, such as 10s'" })
	void saysWhatToGiveInThePlaceOfAValue(String name, String value, String whatToGive) {
		refusesAndLeavesNothing("The setting " + name + " is '" + value + "', which is not valid (" + whatToGive + ").",
				name + "=" + value);
	}

	@Test
	void namesTheListenerWhosePortIsNone() {
		refusesAndLeavesNothing("heliograph.listeners[1].port is 70000; give a number from 0 to 65535.",
				"heliograph.listeners[0].port=0", "heliograph.listeners[1].port=70000");
	}

	@Test
	void takesATimeWithoutAUnitForSeconds() {
		refusesAndLeavesNothing("heliograph.connect-timeout is 3601000ms; give 1ms to 1h, such as 10s.",
				"heliograph.connect-timeout=3601");
	}

	@ParameterizedTest
	@CsvSource({ "https://Example.com:443, https://example.com", "https://example.com/, https://example.com",
			"example.com, 'a scheme and a host, such as https://example.com'" })
	void saysHowAnOriginIsWritten(String origin, String instead) {
		refusesAndLeavesNothing("heliograph.listeners[0].allowed-origins has '" + origin + "'; give " + instead + ".",
				"heliograph.listeners[0].protocol=websockets", "heliograph.listeners[0].allowed-origins=" + origin);
	}

	@Test
	void namesAListenerThatNoPageReaches() {
		refusesAndLeavesNothing("heliograph.listeners[0].allowed-origins is for web pages, which connect by WebSocket",
				"heliograph.listeners[0].allowed-origins=https://example.com");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "max-body-size=0B | max-body-size is 0B; give 1B to 256MB",
					"max-body-size=257MB | max-body-size is 269484032B; give 1B to 256MB",
					"body-timeout=-1s | body-timeout is -1000ms; give 1ms to 1h" })
	void namesTheSettingOfHttpThatIsWrong(String setting, String sentence) {
		refusesAndLeavesNothing("heliograph.http." + sentence, "heliograph.http." + setting);
	}

	@Test
	void namesASettingThatThereIsNot() {
		refusesAndLeavesNothing(
				"There is no setting heliograph.listeners[0].prot, heliograph.typo; known are heliograph.acl.no-rules, heliograph.acl.subscribe-denied, ",
				"heliograph.typo=1", "heliograph.listeners[0].prot=mqtt");
	}

	@Test
	void namesTheLineOfAFileOfSettingsThatIsNotYaml() throws IOException {
		Path file = this.directory.resolve("application.yaml");
		Files.writeString(file, "heliograph:\n\tio-threads: 1\n");
		refuses("application.yaml, is not valid YAML, at line 2 (found character '\\t(TAB)'",
				"spring.config.additional-location=" + file);
	}

	@Test
	void saysThatAFileOfSettingsIsNotUtf8() throws IOException {
		Path file = this.directory.resolve("application.yaml");
		Files.write(file, "heliograph:\n  data-dir: träge\n".getBytes(StandardCharsets.ISO_8859_1));
		refuses("application.yaml, cannot be read (", "spring.config.additional-location=" + file);
	}

	@ParameterizedTest
	@CsvSource({ "heliograph.acl, allow", "heliograph.persistence, off" })
	void saysThatASectionHasNoValue(String name, String value) {
		refusesAndLeavesNothing("The setting " + name + " has no value of its own; give one to what is in it.",
				name + "=" + value);
	}

	@Test
	void namesASettingThatIsGivenTwice() {
		refusesAndLeavesNothing("The setting server.port is given more than once; give it once.", "server.port=0",
				"server.port=0");
	}

	@Test
	void saysThatAnArgumentHasNoName() {
		refusesAndLeavesNothing("An argument has no name; write --name=value.", "=x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "many", "65536", "" })
	void namesTheHttpPortThatIsNone(String port) {
		refusesAndLeavesNothing(
				"The setting server.port is '" + port + "', which is not valid (give a number from 0 to 65535).",
				"server.port=" + port);
	}

	@Test
	void takesNoOtherDirectoryForOneThatIsEmpty() {
		refuses("heliograph.data-dir is empty", "heliograph.data-dir=");
		refuses("holds a semicolon; name a directory without it", "heliograph.data-dir=a;b");
	}

	/** No command line can have one. */
	@Test
	void takesNoDirectoryThatHoldsU0000() throws IOException {
		Path file = this.directory.resolve("application.yaml");
		Files.writeString(file, """
				more-data: "a\\0b"
				""");
		refuses("heliograph.data-dir holds U+0000", "heliograph.data-dir=${more-data}",
				"spring.config.additional-location=" + file);
	}

	@Test
	void namesTheAddressThatIsNotThisMachines() {
		refuses("HTTP cannot be served", "server.address=192.0.2.1");
		refuses("HTTP cannot be served", "server.ssl.bundle=none-of-this-name");
	}

	@Test
	void saysThatTheAdminPasswordIsNotUsable() {
		refusesAndLeavesNothing("heliograph.admin.password is not usable",
				"heliograph.admin.password=" + "x".repeat(73));
	}

	@Test
	void saysThatTheDataDirectoryIsAFile() throws IOException {
		Files.writeString(this.directory.resolve("data"), "not a directory");
		refuses("because there is a file of this name; set heliograph.data-dir to a directory.");
	}

	@Test
	void saysThatTheDataDirectoryCannotBeWritten() {
		refuses("cannot be written to", "heliograph.data-dir=/proc/heliograph");
	}

	@Test
	void saysThatTheDataDirectoryIsInUse() {
		try (HeliographProcess first = new HeliographProcess(this.directory.resolve("data"))) {
			first.awaitReady();
			refuses("is in use by another process; stop that, or set heliograph.data-dir to another directory.");
		}
	}

	@Test
	void saysThatTheDatabaseCannotBeRead() throws IOException {
		Files.createDirectory(this.directory.resolve("data"));
		Files.writeString(this.directory.resolve("data").resolve("heliograph.mv.db"), "not a database".repeat(1000));
		refuses("heliograph.mv.db");
	}

	@Test
	void leavesNoUserIfTheStoreIsOfAnotherProgram() throws IOException {
		Path data = this.directory.resolve("data");
		Path foreign = data.resolve("broker").resolve("other.db");
		Files.createDirectories(foreign.getParent());
		Files.createFile(foreign);
		try (HeliographProcess process = HeliographProcess.withEnvironment(Map.of(), data)) {
			assertThat(process.awaitExit()).isEqualTo(1);
			assertThat(process.output()).contains("is no store of Heliograph: it holds other.db")
				.doesNotContain("was created");
		}
		assertThat(data.resolve("initial-admin-password")).doesNotExist();
		Files.delete(foreign);
		try (HeliographProcess process = HeliographProcess.withEnvironment(Map.of(), data)) {
			assertThat(process.awaitReady().output()).contains("The user 'admin' was created");
		}
	}

}

package io.heliograph.build;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.heliograph.testing.Programs;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which Maven {@code mvnw} runs. It sees only programs that a test gives it, a home and a
 * project of the test's, and a distribution site on 127.0.0.1 with a Maven of a few
 * lines.
 */
@RequiresProgram(value = { "curl", "sha512sum" }, apt = "curl coreutils")
class MavenLauncherTests {

	private static final String ARCHIVE = "/maven/maven-3/3.9.99/binaries/apache-maven-3.9.99-bin.tar.gz";

	private final AtomicInteger requests = new AtomicInteger();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@TempDir
	private Path directory;

	private Path bin;

	private Path home;

	private Path project;

	private HttpServer server;

	private byte[] archive;

	/** How many requests come before any is answered. */
	private CountDownLatch gathering = new CountDownLatch(1);

	/** How many bytes of the archive the site leaves out. */
	private int cutOff;

	@BeforeEach
	void prepare() throws Exception {
		this.bin = Files.createDirectories(this.directory.resolve("bin"));
		this.home = Files.createDirectories(this.directory.resolve("a home"));
		this.project = Files.createDirectories(this.directory.resolve("a project"));
		for (String program : List.of("curl", "dirname", "gzip", "mkdir", "mktemp", "mv", "rm", "sed", "sha512sum",
				"tar")) {
			provide(program);
		}
		this.archive = makeArchive();
		Files.copy(Path.of("mvnw"), this.project.resolve("mvnw"));
		pin(HexFormat.of().formatHex(sha512(this.archive)));
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext(ARCHIVE, this::send);
		this.server.setExecutor(this.threads);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	/** Puts a program of this machine on the PATH. */
	private void provide(String program) throws IOException {
		script(this.bin.resolve(program), "exec '" + Programs.find(program).orElseThrow() + "' \"$@\"");
	}

	private static void script(Path file, String content) throws IOException {
		Files.createDirectories(file.getParent());
		Files.writeString(file, "#!/bin/sh\n" + content + "\n");
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	/** Puts a mvn on the PATH that says this of its version. */
	private void installed(String version) throws IOException {
		script(this.bin.resolve("mvn"), """
				if [ "$1" = --version ]; then
					printf '%s'
				else
					echo installed
					printf '<%%s>' "$@"
				fi""".formatted(version));
	}

	private byte[] makeArchive() throws Exception {
		Path maven = this.directory.resolve("apache-maven-3.9.99");
		script(maven.resolve("bin/mvn"), "echo fetched\nprintf '<%s>' \"$@\"");
		Path file = this.directory.resolve("maven.tar.gz");
		Process tar = new ProcessBuilder("tar", "-czf", file.toString(), maven.getFileName().toString())
			.directory(this.directory.toFile())
			.start();
		assertThat(tar.waitFor()).isZero();
		return Files.readAllBytes(file);
	}

	private static byte[] sha512(byte[] bytes) throws NoSuchAlgorithmException {
		return MessageDigest.getInstance("SHA-512").digest(bytes);
	}

	private void pin(String sha512) throws IOException {
		Path properties = this.project.resolve(".mvn/wrapper/maven-wrapper.properties");
		Files.createDirectories(properties.getParent());
		Files.writeString(properties, "# pinned\nmaven.version=3.9.99\nmaven.sha512=" + sha512 + "\n");
	}

	private void send(HttpExchange exchange) throws IOException {
		this.requests.incrementAndGet();
		this.gathering.countDown();
		try (exchange) {
			this.gathering.await(10, TimeUnit.SECONDS);
			exchange.sendResponseHeaders(200, this.archive.length);
			exchange.getResponseBody().write(this.archive, 0, this.archive.length - this.cutOff);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Starts mvnw from outside of the project. */
	private Run mvnw(String... arguments) throws Exception {
		return finish(start(launcher(arguments)));
	}

	private ProcessBuilder launcher(String... arguments) {
		List<String> command = new ArrayList<>(List.of(this.project.resolve("mvnw").toString()));
		command.addAll(List.of(arguments));
		ProcessBuilder launcher = new ProcessBuilder(command).directory(this.directory.toFile());
		launcher.environment().clear();
		launcher.environment().put("PATH", this.bin.toString());
		launcher.environment().put("HOME", this.home.toString());
		launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
		launcher.environment().put("MVNW_DIST_URL", "http://127.0.0.1:" + this.server.getAddress().getPort());
		return launcher;
	}

	private static Process start(ProcessBuilder launcher) throws IOException {
		Process process = launcher.start();
		process.getOutputStream().close();
		return process;
	}

	private static Run finish(Process process) throws Exception {
		String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Run(process.waitFor(), out, err);
	}

	/** The names of what is kept under ~/.m2/wrapper. */
	private List<String> kept() throws IOException {
		Path wrapper = this.home.resolve(".m2/wrapper");
		if (!Files.exists(wrapper)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(wrapper)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Apache Maven 3.8.0 (ff8e977a158738155dc465c6a97ffaf31982d739)\\nMaven home: /m\\n",
			"\\033[1mApache Maven 3.10.1\\033[m\\n", "Apache Maven 4.0.0-rc-4 (abc)\\n",
			"WARNING: something about Java\\nApache Maven 3.9.12\\nApache Maven 1.0\\n" })
	void usesTheMavenOnThePathIfItIsNewEnough(String version) throws Exception {
		installed(version);
		assertThat(mvnw("-Da=b c", "", "verify")).isEqualTo(new Run(0, "installed\n<-Da=b c><><verify>", ""));
		assertThat(this.requests).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Apache Maven 3.6.3\\n", "Apache Maven 2.99.0\\n", "Apache Maven\\n", "mvn 4.0.0\\n",
			"Apache Maven 99999999999999999999.9\\n", "\\001\\377", "" })
	void fetchesOneIfTheMavenOnThePathIsOldOrUnknown(String version) throws Exception {
		installed(version);
		assertThat(mvnw("verify")).isEqualTo(new Run(0, "fetched\n<verify>", ""));
	}

	@Test
	void fetchesMavenOnce() throws Exception {
		assertThat(mvnw("-Da=b c", "", "verify")).isEqualTo(new Run(0, "fetched\n<-Da=b c><><verify>", ""));
		this.server.stop(0);
		assertThat(mvnw("verify")).isEqualTo(new Run(0, "fetched\n<verify>", ""));
		assertThat(this.requests).hasValue(1);
		assertThat(kept()).containsExactly("apache-maven-3.9.99");
	}

	@Test
	@RequiresProgram(value = { "wget", "shasum" }, apt = "wget perl")
	void fetchesMavenWithWgetAndShasumToo() throws Exception {
		Files.delete(this.bin.resolve("curl"));
		Files.delete(this.bin.resolve("sha512sum"));
		provide("wget");
		provide("shasum");
		assertThat(mvnw("verify")).isEqualTo(new Run(0, "fetched\n<verify>", ""));
	}

	@Test
	void fetchesMavenTwiceAtOnce() throws Exception {
		this.gathering = new CountDownLatch(2);
		Process one = start(launcher("one"));
		Process two = start(launcher("two"));
		assertThat(finish(one)).isEqualTo(new Run(0, "fetched\n<one>", ""));
		assertThat(finish(two)).isEqualTo(new Run(0, "fetched\n<two>", ""));
		assertThat(this.requests).hasValue(2);
		assertThat(kept()).containsExactly("apache-maven-3.9.99");
		assertThat(this.home.resolve(".m2/wrapper/apache-maven-3.9.99"))
			.isDirectoryNotContaining("glob:**apache-maven*");
	}

	@Test
	void refusesAnotherChecksum() throws Exception {
		pin("0".repeat(128));
		assertThat(mvnw("verify").sentence()).contains(ARCHIVE, "another SHA-512", "try again, or install Maven");
		assertThat(kept()).isEmpty();
	}

	@Test
	void survivesAnInterruptedDownload() throws Exception {
		this.cutOff = 10;
		assertThat(mvnw("verify").sentence()).contains(ARCHIVE, "cannot be fetched");
		assertThat(kept()).isEmpty();
		this.cutOff = 0;
		assertThat(mvnw("verify").status()).isZero();
	}

	@Test
	void saysWhatToDoIfTheSiteCannotBeReached() throws Exception {
		this.server.stop(0);
		assertThat(mvnw("verify").sentence()).contains("cannot be fetched", "install Maven 3.8 or newer",
				"MVNW_DIST_URL");
		assertThat(kept()).isEmpty();
	}

	@Test
	void saysWhatToDoIfNothingCanFetch() throws Exception {
		Files.delete(this.bin.resolve("curl"));
		assertThat(mvnw("verify").sentence()).contains("neither curl nor wget", "install Maven 3.8 or newer");
	}

	@Test
	void saysWhatToDoIfNothingCanCheck() throws Exception {
		Files.delete(this.bin.resolve("sha512sum"));
		assertThat(mvnw("verify").sentence()).contains("neither sha512sum nor shasum", "install one");
		assertThat(kept()).isEmpty();
	}

	@Test
	void saysWhatToDoIfTheHomeCannotBeWritten() throws Exception {
		Files.createFile(this.home.resolve(".m2"));
		assertThat(mvnw("verify").sentence()).contains(".m2/wrapper cannot be written");
	}

	@Test
	void needsAHomeOnlyToFetchMaven() throws Exception {
		ProcessBuilder launcher = launcher("verify");
		launcher.environment().remove("HOME");
		assertThat(finish(start(launcher)).sentence()).contains("HOME");
		installed("Apache Maven 3.9.12");
		assertThat(finish(start(launcher)).status()).isZero();
	}

	@Test
	void saysWhatToDoWithoutJava() throws Exception {
		installed("Apache Maven 3.9.12");
		ProcessBuilder launcher = launcher("verify");
		launcher.environment().remove("JAVA_HOME");
		assertThat(finish(start(launcher)).sentence()).contains("install JDK 17 or newer");
		launcher.environment().put("JAVA_HOME", this.home.toString());
		assertThat(finish(start(launcher)).sentence()).contains("JAVA_HOME is " + this.home, "JDK 17 or newer");
	}

	@Test
	void pinsAMavenThatIsNewEnough() throws IOException {
		assertThat(Files.readAllLines(Path.of(".mvn/wrapper/maven-wrapper.properties")))
			.anyMatch((line) -> line.matches("maven\\.version=3\\.9\\.\\d+"))
			.anyMatch((line) -> line.matches("maven\\.sha512=[0-9a-f]{128}"));
	}

	/**
	 * What a run of mvnw came to.
	 *
	 * @param status its exit code
	 * @param out what it printed
	 * @param err what it complained of
	 */
	private record Run(int status, String out, String err) {

		/** The one line that a failed run says. */
		String sentence() {
			assertThat(this.status).isEqualTo(1);
			assertThat(this.out).isEmpty();
			assertThat(this.err).startsWith("mvnw: ").endsWith(".\n").containsOnlyOnce("\n");
			return this.err;
		}

	}

}

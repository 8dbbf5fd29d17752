package io.heliograph.build;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The jar as it is given to users. */
@Tag("packaged")
class PackagedJarTests {

	private static final Path JAR = Path.of(System.getProperty("heliograph.tests.jar", "target/heliograph.jar"));

	@Test
	void holdsTheNativePartsThatWereAskedFor() throws IOException {
		Set<String> natives = new TreeSet<>();
		try (JarFile jar = new JarFile(JAR.toFile())) {
			List<JarEntry> libraries = jar.stream()
				.filter((entry) -> entry.getName().startsWith("BOOT-INF/lib/rocksdbjni-"))
				.toList();
			assertThat(libraries).singleElement().extracting(JarEntry::getMethod).isEqualTo(JarEntry.STORED);
			try (JarInputStream entries = new JarInputStream(jar.getInputStream(libraries.get(0)))) {
				for (JarEntry entry = entries.getNextJarEntry(); entry != null; entry = entries.getNextJarEntry()) {
					if (entry.getName().startsWith("librocksdbjni")) {
						natives.add(entry.getName());
					}
				}
			}
		}
		assertThat(natives).containsExactlyInAnyOrder(System.getProperty("heliograph.tests.natives", "").split(","));
	}

	@Test
	void starts(@TempDir Path data) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
				JAR.toString(), "--heliograph.data-dir=" + data, "--server.port=0", "--heliograph.listeners[0].port=0")
			.redirectErrorStream(true)
			.start();
		try (BufferedReader output = process.inputReader()) {
			List<String> lines = new ArrayList<>();
			String line = output.readLine();
			while (line != null && !line.contains("; ready")) {
				lines.add(line);
				line = output.readLine();
			}
			assertThat(line).as("it is ready after %s", lines).isNotNull();
		}
		finally {
			process.destroyForcibly().onExit().join();
		}
	}

}

package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

import io.heliograph.storage.DataDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Whether it is told that the store of a server is gone as a whole. */
@ExtendWith(OutputCaptureExtension.class)
class StoreBeansTests {

	private static final String WARNING = "There is nothing in ";

	@TempDir
	private Path data;

	private Path folder;

	@BeforeEach
	void chooseFolder() {
		this.folder = this.data.resolve("broker");
	}

	private void start() {
		new ApplicationContextRunner().withUserConfiguration(Settings.class, DataDirectory.class, StoreBeans.class)
			.withBean(Clock.class, Clock::systemUTC)
			.withPropertyValues("heliograph.data-dir=" + this.data)
			.run((context) -> context.getBean(Stores.class).open(List.of(new Family("rows", false))).close());
	}

	@Test
	void isNotAtTheFirstStart(CapturedOutput output) {
		start();
		start();
		assertThat(this.folder).isNotEmptyDirectory();
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void isIfTheServerWasInUse(CapturedOutput output) throws IOException {
		Files.createFile(this.data.resolve("heliograph.mv.db"));
		start();
		start();
		assertThat(output).containsOnlyOnce(WARNING + this.folder).containsOnlyOnce("stop the server now");
	}

	@Test
	void isIfAnEmptyDirectoryIsInItsPlace(CapturedOutput output) throws IOException {
		Files.createFile(this.data.resolve("heliograph.mv.db"));
		Files.createDirectory(this.folder);
		start();
		assertThat(output).containsOnlyOnce(WARNING + this.folder);
	}

	@ConfigurationPropertiesScan(basePackageClasses = { DataDirectory.class, StoreSettings.class })
	static class Settings {

	}

}

package io.heliograph.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When the process ends after it was asked to. */
class StopDeadlineTests {

	private static final int NEVER = 1_000_000;

	/** Returns the exit code of a program that is stopped. */
	private static int stop(int deadlineSeconds, int stopSeconds) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), SlowStop.class.getName(), String.valueOf(deadlineSeconds),
				String.valueOf(stopSeconds))
			.inheritIO()
			.start();
		try {
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it has ended").isTrue();
			return process.exitValue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void endsAStopThatHangs() throws IOException, InterruptedException {
		assertThat(stop(1, NEVER)).isOne();
	}

	@Test
	void keepsNoStopWaitingThatIsDone() throws IOException, InterruptedException {
		assertThat(stop(NEVER, 0)).isZero();
	}

}

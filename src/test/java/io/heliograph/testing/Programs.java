package io.heliograph.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs of this machine. */
public final class Programs {

	private Programs() {
	}

	/**
	 * Looks for a program on the PATH, and after that where Debian has its servers, which
	 * only root has on the PATH.
	 */
	public static Optional<Path> find(String name) {
		String path = System.getenv("PATH");
		return Stream
			.concat((path != null) ? Stream.of(path.split(File.pathSeparator)) : Stream.empty(),
					Stream.of("/usr/local/sbin", "/usr/sbin"))
			.map((directory) -> Path.of(directory, name))
			.filter((file) -> Files.isRegularFile(file) && Files.isExecutable(file))
			.findFirst();
	}

}

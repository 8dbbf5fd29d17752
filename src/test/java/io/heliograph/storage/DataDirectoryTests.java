package io.heliograph.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The directory that holds everything. */
class DataDirectoryTests {

	@TempDir
	private Path parent;

	private static DataDirectory open(Path path) {
		return new DataDirectory(new StorageSettings(path.toString()));
	}

	private static String permissions(Path path) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
	}

	@Test
	void isCreatedForTheOwnerAlone() throws IOException {
		Path path = this.parent.resolve("a").resolve("b");
		try (DataDirectory directory = open(path)) {
			assertThat(directory.path()).isEqualTo(path).isDirectory();
			assertThat(permissions(path)).isEqualTo("rwx------");
		}
	}

	@Test
	void keepsThePermissionsThatItHas() throws IOException {
		Path path = Files.createDirectory(this.parent.resolve("data"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
		open(path).close();
		assertThat(permissions(path)).isEqualTo("rwxr-x---");
	}

	@Test
	void isAbsolute() {
		try (DataDirectory directory = open(this.parent.resolve("x").resolve("..").resolve("data"))) {
			assertThat(directory.path()).isEqualTo(this.parent.resolve("data"));
		}
	}

	@Test
	void isForOneAtATime() {
		Path path = this.parent.resolve("data");
		try (DataDirectory first = open(path)) {
			assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(() -> open(path))
				.withMessage("The data directory " + first.path()
						+ " is in use by another process; stop that, or set heliograph.data-dir to another directory.");
		}
		open(path).close();
	}

	@Test
	void isNoFile() throws IOException {
		Path file = Files.writeString(this.parent.resolve("data"), "mine");
		assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(() -> open(file))
			.withMessage("The data directory " + file
					+ " cannot be used, because there is a file of this name; set heliograph.data-dir to a directory.");
		assertThat(file).hasContent("mine");
		assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(() -> open(file.resolve("below")));
	}

	@Test
	void writesFilesForTheOwnerAlone() throws IOException {
		try (DataDirectory directory = open(this.parent.resolve("data"))) {
			directory.write("secret", "first");
			directory.write("secret", "ß");
			Path file = directory.path().resolve("secret");
			assertThat(file).hasContent("ß");
			assertThat(permissions(file)).isEqualTo("rw-------");
			try (var files = Files.list(directory.path())) {
				assertThat(files.map((path) -> path.getFileName().toString())).containsExactlyInAnyOrder("lock",
						"secret");
			}
		}
	}

	@Test
	void hasSubdirectoriesAndFilesInThemForTheOwnerAlone() throws IOException {
		try (DataDirectory directory = open(this.parent.resolve("data"))) {
			Path subdirectory = directory.subdirectory("audit");
			assertThat(subdirectory).isEqualTo(directory.path().resolve("audit"));
			assertThat(permissions(subdirectory)).isEqualTo("rwx------");
			Path file = subdirectory.resolve("rows");
			directory.createFile(subdirectory, "rows");
			assertThat(file).isEmptyFile();
			assertThat(permissions(file)).isEqualTo("rw-------");
			assertThatExceptionOfType(FileAlreadyExistsException.class)
				.isThrownBy(() -> directory.createFile(subdirectory, "rows"));
			assertThat(directory.subdirectory("audit")).isEqualTo(subdirectory);
			Files.createFile(directory.path().resolve("file"));
			assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(() -> directory.subdirectory("file"))
				.withMessageContaining(directory.path().resolve("file") + " is a file");
		}
	}

	@Test
	void takesNoNewDatabaseOnAFullDisk() {
		try (DataDirectory directory = new DataDirectory(this.parent.resolve("data"),
				(path) -> DataDirectory.RESERVED_BYTES - 1)) {
			DatabaseFile file = new DatabaseFile(directory, new Snapshots(directory));
			assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(file::prepare)
				.withMessage("The disk of the data directory " + directory.path()
						+ " has less than 16 MiB left; make room there.");
			assertThat(directory.path().resolve("heliograph.mv.db")).doesNotExist();
		}
	}

}

package io.heliograph.account;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

import io.heliograph.storage.DataDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Creates the user admin at the first start. A generated password is written to a file
 * that only the owner of the process can read, and that goes when the password does.
 */
@Component
final class FirstAdmin implements InitializingBean {

	private static final Logger logger = LoggerFactory.getLogger(FirstAdmin.class);

	private static final String NAME = "admin";

	private static final int SECRET_BYTES = 18;

	private final Users users;

	private final Path file;

	private final @Nullable String chosen;

	FirstAdmin(Users users, DataDirectory directory, AccountSettings settings) {
		this.users = users;
		this.file = directory.path().resolve("initial-admin-password");
		this.chosen = settings.admin().password();
	}

	@Override
	public void afterPropertiesSet() throws IOException {
		if (!this.users.isEmpty()) {
			return;
		}
		if (this.chosen != null) {
			this.users.add(NAME, Passwords.hash(this.chosen), true, Role.ADMIN);
			return;
		}
		String generated = generate();
		// before the user: a file without a user is written anew, a user whose password
		// nobody knows would stay
		write(generated);
		this.users.add(NAME, Passwords.hash(generated), true, Role.ADMIN);
		logger.info("The user '{}' was created; its password is in {}", NAME, this.file);
	}

	private static String generate() {
		byte[] secret = new byte[SECRET_BYTES];
		new SecureRandom().nextBytes(secret);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
	}

	private void write(String password) throws IOException {
		Files.deleteIfExists(this.file);
		boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
		FileAttribute<?>[] ownerOnly = posix
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
				: new FileAttribute<?>[0];
		try (FileChannel channel = FileChannel.open(this.file,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
			ByteBuffer line = ByteBuffer.wrap((password + "\n").getBytes(StandardCharsets.UTF_8));
			while (line.hasRemaining()) {
				channel.write(line);
			}
			channel.force(true);
		}
	}

	/** The password in the file is not the present one any more, if it was admin's. */
	@EventListener
	void on(LoginsRevoked event) throws IOException {
		boolean ofAnother = this.users.find(NAME).filter((user) -> user.id() != event.userId()).isPresent();
		if (!ofAnother) {
			Files.deleteIfExists(this.file);
		}
	}

}

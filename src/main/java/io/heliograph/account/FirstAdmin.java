package io.heliograph.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

import io.heliograph.account.secret.PasswordHash;
import io.heliograph.storage.DataDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Creates the user admin at the first start, when all else is made that may refuse to
 * start, the store of the broker above all, and before anybody is served. A generated
 * password is written to a file that only the owner of the process can read, and that
 * goes when the password does.
 */
@Component
final class FirstAdmin implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(FirstAdmin.class);

	private static final String NAME = "admin";

	private static final String FILE = "initial-admin-password";

	private static final int SECRET_BYTES = 18;

	private final Users users;

	private final UserDirectory userDirectory;

	private final DataDirectory directory;

	private final @Nullable String chosen;

	FirstAdmin(Users users, UserDirectory userDirectory, DataDirectory directory, AccountSettings settings) {
		this.users = users;
		this.userDirectory = userDirectory;
		this.directory = directory;
		this.chosen = settings.admin().password();
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!this.userDirectory.isEmpty()) {
			removeStaleFile();
			return;
		}
		if (this.chosen != null) {
			this.users.addFirst(NAME, PasswordHash.of(this.chosen));
			removeStaleFile();
			return;
		}
		String generated = generate();
		// before the user: a file without a user is written anew, a user whose password
		// nobody knows would stay
		write(generated);
		this.users.addFirst(NAME, PasswordHash.of(generated));
		logger.info("The user '{}' was created; its password is in {}", NAME, this.directory.path().resolve(FILE));
	}

	private void write(String password) {
		try {
			this.directory.write(FILE, password + "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String generate() {
		byte[] secret = new byte[SECRET_BYTES];
		new SecureRandom().nextBytes(secret);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
	}

	@EventListener
	@Order(0)
	void on(LoginsRevoked event) {
		boolean ofAnother = this.userDirectory.find(NAME).filter((user) -> user.id() != event.userId()).isPresent();
		if (!ofAnother) {
			removeStaleFile();
		}
	}

	/** Removes the file if no password of admin is the one in it any more. */
	private void removeStaleFile() {
		Path file = this.directory.path().resolve(FILE);
		try {
			if (Files.exists(file) && !isPassword(Files.readString(file).strip())) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			// others hear of the event, too
			logger.error("The file {} may hold a password that is not valid any more; it cannot be read or deleted",
					file, ex);
		}
	}

	private boolean isPassword(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		return this.userDirectory.find(NAME)
			.stream()
			.flatMap((user) -> user.passwords().stream())
			.anyMatch((password) -> password.hash().matches(bytes));
	}

}

package io.heliograph.longrun;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.heliograph.testing.HttpCalls;

/**
 * The users of a fleet and their generated passwords, which are kept in a file: those
 * that a run before has added are not added again.
 */
final class FleetUsers {

	private static final String USERS = "/api/admin/users";

	private static final int AT_ONCE = 8;

	private final Path file;

	private final ConcurrentMap<String, String> passwords = new ConcurrentHashMap<>();

	FleetUsers(Path file) throws IOException {
		this.file = file;
		if (Files.exists(file)) {
			for (String line : Files.readAllLines(file)) {
				String[] both = line.split(" ");
				this.passwords.put(both[0], both[1]);
			}
		}
	}

	static String name(int number) {
		return "device-" + number;
	}

	/** Adds those that are missing; returns how many these were. */
	int add(HttpCalls admin, int count) throws InterruptedException, ExecutionException {
		int before = this.passwords.size();
		ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
		try {
			List<Future<?>> added = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				String name = name(i);
				if (!this.passwords.containsKey(name)) {
					added.add(threads.submit(() -> add(admin, name)));
				}
			}
			for (Future<?> one : added) {
				one.get();
			}
			return this.passwords.size() - before;
		}
		finally {
			threads.shutdownNow();
		}
	}

	private void add(HttpCalls admin, String name) {
		String body = "{'name':'%s'}".formatted(name);
		HttpCalls.Answer answer = admin.post(USERS, body);
		if (answer.status() == 409) {
			// it was added, and its password not written to the file
			admin.delete(USERS + "/" + name).expect(204);
			answer = admin.post(USERS, body);
		}
		String password = answer.expect(201).json().get("password").asString();
		keep(name, password);
	}

	private synchronized void keep(String name, String password) {
		try {
			Files.writeString(this.file, name + " " + password + "\n", StandardOpenOption.CREATE,
					StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.passwords.put(name, password);
	}

	/** The passwords by the names. */
	Map<String, String> passwords() {
		return this.passwords;
	}

}

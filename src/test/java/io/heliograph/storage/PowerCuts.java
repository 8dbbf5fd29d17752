package io.heliograph.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.awaitility.Awaitility;

import org.springframework.util.FileSystemUtils;

/**
 * A data directory that lives through many cuts of the power: in the middle of changes,
 * of a snapshot, of a stop, and of a start. Now and then it loses its database, too, for
 * starts that make it anew.
 */
final class PowerCuts {

	/** Of a start that makes the database, which has about twenty. */
	private static final int OPERATIONS_OF_A_START = 24;

	/** Seven for each change. */
	private static final int OPERATIONS_OF_CHANGES = 800;

	/** The last snapshot, and what H2 writes when it closes. */
	private static final int OPERATIONS_OF_A_STOP = 40;

	private static final int LONGEST_PAUSE_MILLIS = 50;

	/** A database without power may hang: nothing waits for them. */
	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "power-cuts");
		thread.setDaemon(true);
		return thread;
	});

	private final Path directory;

	private final Random random;

	private final Figures figures = new Figures();

	private AskedChanges asked = new AskedChanges();

	/** The number of the snapshot from which the next start makes the database anew. */
	private OptionalLong snapshot = OptionalLong.empty();

	/** What is there for good. */
	private Path data;

	PowerCuts(Path directory, long seed) throws IOException {
		this.directory = directory;
		this.random = new Random(seed);
		this.data = Files.createDirectories(directory.resolve("0"));
	}

	/**
	 * @throws AssertionError if a start fails though there is power, or does not find
	 * what it must
	 */
	Figures run(int cuts) {
		while (this.figures.cuts < cuts) {
			this.figures.cuts++;
			try {
				cut();
			}
			catch (Exception | AssertionError ex) {
				throw new AssertionError("at cut " + this.figures.cuts + ": " + ex, ex);
			}
		}
		return this.figures;
	}

	private void cut() throws Exception {
		Path forced = Files.createDirectory(this.directory.resolve(this.figures.cuts + "-forced"));
		LossyDisk disk = new LossyDisk(this.data, forced);
		try {
			run(disk);
		}
		finally {
			disk.cut();
		}
		this.data = Files.createDirectory(this.directory.resolve(String.valueOf(this.figures.cuts)));
		disk.leave(this.data, this.random);
		try (DataDirectory left = new DataDirectory(this.data, (path) -> Long.MAX_VALUE)) {
			lookAtFiles(left);
			if (this.random.nextInt(5) == 0) {
				loseDatabase(left);
			}
		}
		FileSystemUtils.deleteRecursively(forced);
		FileSystemUtils.deleteRecursively(disk.present());
	}

	/** What is written as a whole is whole, and in time. */
	private void lookAtFiles(DataDirectory left) throws IOException {
		Snapshots snapshots = new Snapshots(left);
		for (String name : snapshots.newestFirst()) {
			snapshots.read(name);
		}
		long answered = new LastAnsweredChange(left).read().orElse(0);
		if (answered < this.asked.lastAnswered()) {
			throw new AssertionError("change " + this.asked.lastAnswered() + " was answered, and noted " + answered);
		}
	}

	private void loseDatabase(DataDirectory left) throws IOException {
		Optional<Snapshot> newest = new Snapshots(left).newest();
		if (newest.isPresent() && this.snapshot.isEmpty()) {
			this.snapshot = OptionalLong.of(newest.get().change());
			Files.deleteIfExists(this.data.resolve("heliograph.mv.db"));
			this.figures.databasesLost++;
		}
	}

	/** Starts, makes changes, and may stop, until the power is cut. */
	private void run(LossyDisk disk) throws Exception {
		if (this.random.nextInt(3) > 0) {
			disk.cutAfter(1 + this.random.nextInt(OPERATIONS_OF_A_START));
		}
		try (Running running = new Running(new PoweredServer(LossyFileSystem.FILES.add(disk)))) {
			look(running.server);
			disk.cutAfter(1 + this.random.nextInt(OPERATIONS_OF_CHANGES));
			change(disk, running.server);
		}
		catch (IOException | RuntimeException ex) {
			if (!disk.isCut()) {
				throw ex;
			}
			this.figures.startsCut++;
		}
	}

	private void look(PoweredServer server) {
		int lost = this.asked.goBackTo(server.users(), (change) -> this.snapshot.isPresent()
				? change.number() <= this.snapshot.getAsLong() : change.isAnswered());
		this.asked.seen(server.number());
		this.snapshot = OptionalLong.empty();
		this.figures.changesLost += lost;
	}

	private void change(LossyDisk disk, PoweredServer server) throws Exception {
		AskedChanges asked = this.asked;
		int before = asked.size();
		CompletableFuture<Void> failure = new CompletableFuture<>();
		for (int i = this.random.nextInt(2); i >= 0; i--) {
			Random own = new Random(this.random.nextLong());
			run(() -> change(server, asked, own), failure);
		}
		if (this.random.nextInt(3) == 0) {
			Thread.sleep(this.random.nextInt(500));
			disk.cutAfter(1 + this.random.nextInt(OPERATIONS_OF_A_STOP));
			run(() -> {
				server.close();
				disk.cut();
			}, failure);
		}
		Awaitility.await()
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofMinutes(1))
			.until(() -> disk.isCut() || failure.isDone());
		if (!disk.isCut()) {
			failure.join();
		}
		this.asked = asked.copy();
		this.figures.changes += this.asked.size() - before;
	}

	private static void run(Runnable task, CompletableFuture<Void> failure) {
		CompletableFuture.runAsync(task, THREADS).exceptionally((ex) -> {
			failure.completeExceptionally(ex);
			return null;
		});
	}

	private static void change(PoweredServer server, AskedChanges asked, Random random) {
		try {
			while (!server.isStopping()) {
				asked.answered(server.change(asked, random));
				if (random.nextInt(4) == 0) {
					Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
				}
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		catch (RuntimeException ex) {
			if (!server.isStopping()) {
				throw ex;
			}
		}
	}

	/** Stops a server whose power may be cut, which may hang. */
	private record Running(PoweredServer server) implements AutoCloseable {

		@Override
		public void close() {
			THREADS.execute(this.server::close);
		}

	}

	/** What there was. */
	static final class Figures {

		private int cuts;

		private int startsCut;

		private int databasesLost;

		private int changes;

		private int changesLost;

		void add(Figures other) {
			this.cuts += other.cuts;
			this.startsCut += other.startsCut;
			this.databasesLost += other.databasesLost;
			this.changes += other.changes;
			this.changesLost += other.changesLost;
		}

		@Override
		public String toString() {
			return this.cuts + " cuts, " + this.startsCut + " of them in a start; " + this.databasesLost
					+ " databases lost; " + this.changes + " changes, of which " + this.changesLost
					+ " were lost with their database";
		}

	}

}

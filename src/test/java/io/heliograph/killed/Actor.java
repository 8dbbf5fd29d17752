package io.heliograph.killed;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.heliograph.testing.RawClient;
import org.jspecify.annotations.Nullable;

/** A client that goes on though its server dies again and again, on its own thread. */
abstract class Actor implements Runnable {

	private static final long PAUSE_MILLIS = 100;

	final String name;

	final Random random;

	final Notes notes;

	private final int port;

	private final CountDownLatch calm;

	/**
	 * @param calm counts down when it is to do what it must do only from there on
	 */
	Actor(Path directory, String name, int port, long seed, CountDownLatch calm) {
		this.name = name;
		this.random = new Random(seed ^ name.hashCode());
		this.notes = new Notes(directory, name);
		this.port = port;
		this.calm = calm;
	}

	final boolean calm() {
		return this.calm.getCount() == 0;
	}

	final void awaitCalm() {
		try {
			this.calm.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	final void pause(long millis) {
		try {
			this.calm.await(millis, TimeUnit.MILLISECONDS);
			if (calm()) {
				Thread.sleep(Math.min(millis, PAUSE_MILLIS));
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	final RawClient dial() {
		return new RawClient(this.port);
	}

	/**
	 * Connects.
	 * @param presentWanted whether the session must be there; null if it may
	 * @return null if it was refused, as by a server that stops
	 */
	final @Nullable RawClient connected(byte[] connect, @Nullable Boolean presentWanted) {
		RawClient client = dial();
		Boolean present = Connects.open(client, connect);
		if (present == null) {
			client.close();
			return null;
		}
		if (presentWanted != null && !present.equals(presentWanted)) {
			wrong("session present is " + present);
		}
		return client;
	}

	/** Something was seen that must not be. */
	final void wrong(String what) {
		this.notes.add("wrong " + what);
	}

	@Override
	public final void run() {
		while (true) {
			try {
				if (!turn()) {
					return;
				}
			}
			catch (UncheckedIOException | IllegalStateException ex) {
				// the connection has ended
			}
			pause(PAUSE_MILLIS);
		}
	}

	/** A connection; returns false if there is nothing more to be done. */
	abstract boolean turn();

}

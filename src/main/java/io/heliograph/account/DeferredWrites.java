package io.heliograph.account;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.heliograph.account.secret.PasswordHash;
import io.heliograph.storage.ChangeRefused;
import io.heliograph.storage.DurableChanges;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Writes together, some seconds later and on a thread of its own, what nobody waits for:
 * when keys were last used, and new hashes of passwords. What a kill takes of it comes
 * again by itself.
 */
@Component
final class DeferredWrites implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DeferredWrites.class);

	private static final long SECONDS = 10;

	private final DurableChanges changes;

	private final KeyRing keyRing;

	private final ApiKeys keys;

	private final Rehashes rehashes;

	private final Users users;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "deferred-writes");
		thread.setDaemon(true);
		return thread;
	});

	DeferredWrites(DurableChanges changes, KeyRing keyRing, ApiKeys keys, Rehashes rehashes, Users users) {
		this.changes = changes;
		this.keyRing = keyRing;
		this.keys = keys;
		this.rehashes = rehashes;
		this.users = users;
		this.thread.scheduleWithFixedDelay(this::write, SECONDS, SECONDS, TimeUnit.SECONDS);
	}

	private void write() {
		Map<Long, Instant> uses = this.keyRing.unwrittenUses().take();
		Map<Long, PasswordHash> hashes = this.rehashes.unwritten().take();
		if (uses.isEmpty() && hashes.isEmpty()) {
			return;
		}
		try {
			this.changes.make(() -> {
				this.keys.writeUses(uses);
				this.users.writeHashes(hashes);
				return hashes;
			}, this.users::applyHashes);
		}
		catch (ChangeRefused ex) {
			// as each change says, and health
			this.keyRing.unwrittenUses().putBack(uses);
			this.rehashes.unwritten().putBack(hashes);
		}
		catch (RuntimeException ex) {
			logger.error("Last uses of keys and new hashes of passwords could not be written", ex);
		}
	}

	/** Writes what waits. */
	@Override
	public void close() {
		this.thread.shutdown();
		write();
	}

}

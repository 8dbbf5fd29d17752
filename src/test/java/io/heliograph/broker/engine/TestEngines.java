package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

import io.heliograph.account.AccessControl;
import io.heliograph.broker.Ledger;
import io.heliograph.broker.engine.ClientIdSettings.ClientIdOwnership;
import io.heliograph.broker.engine.SessionSettings.QueueFull;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;

import org.springframework.util.unit.DataSize;

/** Opens engines for tests. */
public final class TestEngines {

	/** Notifications are kept for an hour, five of them at most. */
	static final LedgerSettings LEDGER = new LedgerSettings(Duration.ofHours(1), 5);

	static final LedgerSettings KEEP_ALL = new LedgerSettings(Duration.ofDays(30), 0);

	private static final int CLIENT_IDS = 100_000;

	private TestEngines() {
	}

	/** Opens one with nothing in it, where client ids are their first user's. */
	public static Engine open(AccessControl access, Clock clock, int maxQueued) {
		return open(new MemoryStore(), access, clock, maxQueued, clientIds(ClientIdOwnership.FIRST_USER, CLIENT_IDS));
	}

	/** One with nothing in it, as the server has it. */
	public static CurrentEngine current(AccessControl access, Clock clock, int maxQueued) {
		return new CurrentEngine((onFailure) -> open(access, clock, maxQueued));
	}

	/** Opens one with what is in a store, all of which it keeps. */
	public static Engine open(Store store, AccessControl access, Clock clock) {
		return open(store, access, clock,
				new EngineSettings(sessions(0), clientIds(ClientIdOwnership.FIRST_USER, CLIENT_IDS), KEEP_ALL),
				clock.instant(), () -> false);
	}

	/** What has become of its notifications. */
	public static Ledger ledger(Engine engine) {
		return engine.ledger();
	}

	static Engine open(Store store, AccessControl access, Clock clock, int maxQueued, ClientIdSettings clientIds) {
		return open(store, access, clock, new EngineSettings(sessions(maxQueued), clientIds, LEDGER), clock.instant(),
				() -> false);
	}

	static Engine open(Store store, AccessControl access, Clock clock, EngineSettings settings, Instant stoppedAt,
			BooleanSupplier diskIsFull) {
		return Engine.open(store, settings, access, clock, new EngineEnvironment(stoppedAt, diskIsFull, (cause) -> {
		}));
	}

	static ClientIdSettings clientIds(ClientIdOwnership ownership, int most) {
		return new ClientIdSettings(ownership, most, 256);
	}

	/** Twenty in flight, and this many that wait. */
	static SessionSettings sessions(int maxQueued) {
		return sessions(maxQueued, QueueFull.REFUSE_NEWEST);
	}

	static SessionSettings sessions(int maxQueued, QueueFull queueFull) {
		return new SessionSettings(20, maxQueued, DataSize.ofBytes(0), queueFull);
	}

}

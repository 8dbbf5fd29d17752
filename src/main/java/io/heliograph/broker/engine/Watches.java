package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.heliograph.broker.Ledger.Watch;
import io.heliograph.broker.MessageId;

/** Who waits for changes of which notification. Thread-safe. */
final class Watches {

	private final ConcurrentMap<MessageId, List<Runnable>> watching = new ConcurrentHashMap<>();

	Watch add(MessageId id, Runnable changed) {
		// its own, so that one who watches twice ends one of them
		Runnable one = () -> changed.run();
		this.watching.compute(id, (key, before) -> {
			List<Runnable> those = (before != null) ? before : new CopyOnWriteArrayList<>();
			those.add(one);
			return those;
		});
		return () -> this.watching.computeIfPresent(id, (key, those) -> {
			those.remove(one);
			return those.isEmpty() ? null : those;
		});
	}

	/** Returns what tells those who watch one of these. */
	Runnable changed(Set<MessageId> ids) {
		if (this.watching.isEmpty()) {
			return Change.NOTHING;
		}
		List<Runnable> told = new ArrayList<>();
		for (MessageId id : ids) {
			told.addAll(this.watching.getOrDefault(id, List.of()));
		}
		return () -> told.forEach(Runnable::run);
	}

}

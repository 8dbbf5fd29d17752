package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.heliograph.broker.Ledger.Watch;
import io.heliograph.broker.MessageId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who waits for changes of which notification. Thread-safe. */
final class Watches {

	private static final Logger logger = LoggerFactory.getLogger(Watches.class);

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

	/** One that fails keeps none from being told. */
	static void tell(Runnable changed) {
		try {
			changed.run();
		}
		catch (Throwable ex) {
			logger.error("Who watches a notification failed", ex);
		}
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
		return () -> told.forEach(Watches::tell);
	}

}

package io.heliograph.telemetry;

import io.heliograph.broker.StoreStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.stereotype.Component;

/** What the store does and takes, of memory outside Java's heap above all, as metrics. */
@Component
final class StoreMetrics implements MeterBinder {

	private final StoreStatus store;

	StoreMetrics(StoreStatus store) {
		this.store = store;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		memory(registry, "cache", "cacheBytes");
		memory(registry, "write-buffers", "writeBufferBytes");
		memory(registry, "table-readers", "tableReaderBytes");
		gauge("heliograph.store.folder", "folderBytes").baseUnit("bytes").register(registry);
		gauge("heliograph.store.commits", "commits").register(registry);
		gauge("heliograph.store.syncs", "syncs").register(registry);
		gauge("heliograph.store.longest-commit", "longestCommitMillis").baseUnit("milliseconds").register(registry);
	}

	private void memory(MeterRegistry registry, String area, String figure) {
		gauge("heliograph.store.memory", figure).baseUnit("bytes").tag("area", area).register(registry);
	}

	private Gauge.Builder<StoreStatus> gauge(String name, String figure) {
		return Gauge.builder(name, this.store, (store) -> figure(store, figure));
	}

	/** Nothing where nothing outlives the process, and while the store is not open. */
	private static double figure(StoreStatus store, String name) {
		return (store.figures().get(name) instanceof Number number) ? number.doubleValue() : 0;
	}

}

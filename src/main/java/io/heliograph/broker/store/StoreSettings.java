package io.heliograph.broker.store;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the store.
 *
 * @param enabled whether sessions, queues and retained messages outlive the process
 * @param sync when what is committed is brought to the disk: always, which is before it
 * is acknowledged; a time such as 5s, in which what was acknowledged may be lost at a
 * power loss; or off
 * @param diskReserve how much of the disk must be free for messages, and for new sessions
 * and subscriptions that are kept, to be accepted
 * @param cacheSize the memory for what is read, outside Java's heap
 * @param writeBufferSize the memory for what is not yet in a file, outside Java's heap
 */
@ConfigurationProperties("heliograph.persistence")
public record StoreSettings(@DefaultValue("true") boolean enabled, @DefaultValue("always") String sync,
		@DefaultValue("128MB") DataSize diskReserve, @DefaultValue("32MB") DataSize cacheSize,
		@DefaultValue("48MB") DataSize writeBufferSize) {

	private static final DataSize LEAST = DataSize.ofMegabytes(8);

	private static final DataSize MOST = DataSize.ofGigabytes(16);

	public StoreSettings {
		try {
			SyncMode.parse(sync);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"sync is '" + sync + "'; give always, off, or a time from 1ms to 1h, such as 5s.");
		}
		if (diskReserve.isNegative()) {
			throw new IllegalArgumentException("disk-reserve is " + diskReserve + "; give 0 or a size, such as 128MB.");
		}
		check("cache-size", cacheSize);
		check("write-buffer-size", writeBufferSize);
	}

	private static void check(String name, DataSize size) {
		if (size.compareTo(LEAST) < 0 || size.compareTo(MOST) > 0) {
			throw new IllegalArgumentException(name + " is " + size + "; give a size from 8MB to 16GB.");
		}
	}

	/** Returns the defaults with another way to bring to the disk. */
	public static StoreSettings of(String sync) {
		return new StoreSettings(true, sync, DataSize.ofMegabytes(128), DataSize.ofMegabytes(32),
				DataSize.ofMegabytes(48));
	}

	SyncMode syncMode() {
		return SyncMode.parse(this.sync);
	}

}

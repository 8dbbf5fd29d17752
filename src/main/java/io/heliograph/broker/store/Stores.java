package io.heliograph.broker.store;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.heliograph.broker.StoreStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the store of this server, and again if it has failed. Thread-safe; one store is
 * open at a time.
 */
public final class Stores implements StoreStatus {

	private static final Logger log = LoggerFactory.getLogger(Stores.class);

	/** A start reads them one by one. */
	private static final int MOST_LOGS = 32;

	/** What is in a log may take more in a file. */
	private static final int ROOM_FACTOR = 2;

	private final @Nullable Path folder;

	private final StoreSettings settings;

	private final Clock clock;

	private final @Nullable DiskRoom room;

	private volatile @Nullable RocksStore current;

	/** What is missing and could not be written to the report. */
	private volatile @Nullable String unreported;

	private boolean saidPromise;

	private Stores(@Nullable Path folder, StoreSettings settings, Clock clock) {
		this.folder = folder;
		this.settings = settings;
		this.clock = clock;
		this.room = (folder != null)
				? new DiskRoom(folder, new StoreFolder(folder)::usableBytes, settings.diskReserve(), System::nanoTime)
				: null;
	}

	/**
	 * Those in a folder.
	 * @param folder one that is there
	 * @throws StoreUnusable if nothing can be stored on this kind of machine
	 */
	public static Stores in(Path folder, StoreSettings settings, Clock clock) {
		RocksLibrary.load(new StoreFolder(folder).parent());
		return new Stores(folder, settings, clock);
	}

	/**
	 * Those that end with the process.
	 * @param unused a folder that is left alone, of which that is logged if there is a
	 * store in it
	 */
	static Stores inMemory(Path unused, StoreSettings settings, Clock clock) {
		if (new StoreFolder(unused).isUsed()) {
			log.warn(
					"The store in {} is left as it is, since heliograph.persistence.enabled is false: none of the "
							+ "sessions, queues, retained messages and owners of client ids in it is used or changed.",
					unused);
		}
		return new Stores(null, settings, clock);
	}

	/**
	 * Opens the store, which the caller closes. The one before must be closed.
	 * @param families those that its keys are of
	 * @throws StoreUnusable if it cannot be opened; where the disk was full, it may be
	 * another time
	 */
	public synchronized Store open(List<Family> families) {
		if (this.folder == null) {
			sayPromise();
			return new MemoryStore();
		}
		StoreFolder files = new StoreFolder(this.folder);
		RocksStore before = this.current;
		// after a failed sync it may not be on the disk though it can be read
		boolean anew = (before != null && before.syncFailed()) || mayDropLogs(files);
		RocksStore store = RocksStore.open(this.folder, families, this.settings, this.clock, anew,
				(before != null) ? before.synced() : null);
		this.current = store;
		LossReport losses = files.losses();
		List<String> lost = losses.lines();
		if (store.unreported() != null) {
			this.unreported = store.unreported();
		}
		if (before == null && !store.reported() && !lost.isEmpty()) {
			log.warn("The store has lost something before this start, which is in {}; delete that file when you have "
					+ "seen to it.", losses.file());
		}
		sayPromise();
		return store;
	}

	/**
	 * Whether starts have left many logs, each of which leaves one, and there is room for
	 * what is in them.
	 */
	private boolean mayDropLogs(StoreFolder folder) {
		return folder.logBytes().size() > MOST_LOGS
				&& folder.usableBytes() >= this.settings.diskReserve().toBytes() + ROOM_FACTOR * folder.allLogBytes();
	}

	private void sayPromise() {
		if (!this.saidPromise) {
			this.saidPromise = true;
			log.info("{}.", promise());
		}
	}

	@Override
	public String promise() {
		return (this.folder != null) ? this.settings.syncMode().promise()
				: "Nothing that is sent or subscribed to outlives the process (heliograph.persistence.enabled is false)";
	}

	/**
	 * Whether the disk has so much free that more may be taken in. Cheap. That this has
	 * changed is logged when somebody asks.
	 */
	public boolean haveRoom() {
		return this.room == null || this.room.isEnough();
	}

	@Override
	public Optional<String> problem() {
		return Optional.ofNullable(this.room).filter((room) -> !room.isEnough()).map(DiskRoom::problem);
	}

	@Override
	public Optional<Missing> missing() {
		if (this.folder == null) {
			return Optional.empty();
		}
		LossReport losses = new StoreFolder(this.folder).losses();
		List<String> lost = new ArrayList<>(losses.lines());
		String remedy = "Delete the file " + losses.file() + " when you have seen to it.";
		String unreported = this.unreported;
		if (unreported != null) {
			lost.add(unreported);
			remedy = "It is shown until the server stops, because " + losses.file()
					+ " could not be written. See to the disk.";
		}
		return lost.isEmpty() ? Optional.empty() : Optional.of(new Missing(List.copyOf(lost), remedy));
	}

	/**
	 * When the store that was opened last was in use before that, if it was and outlived
	 * the process.
	 */
	public Optional<Instant> lastUse() {
		return Optional.ofNullable(this.current).flatMap(RocksStore::lastUse);
	}

	@Override
	public Map<String, Object> figures() {
		RocksStore store = this.current;
		try {
			return (store != null) ? store.figures().byName() : Map.of();
		}
		catch (IllegalStateException | StoreFailed ex) {
			// it is about to be opened again
			return Map.of();
		}
	}

}

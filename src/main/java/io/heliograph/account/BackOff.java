package io.heliograph.account;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Holds off who sends wrong passwords, by address and by user name. A few have no
 * consequence; after each further one no other is looked at for a while, which grows for
 * a name and is always the same for an address, where others may be. Thread-safe; of
 * bounded memory, however many addresses and names there are.
 */
@Component
final class BackOff {

	/** How many of an address that has sent no wrong one may be checked at once. */
	static final int MAX_AT_ONCE = 32;

	static final Duration SHORTEST = Duration.ofSeconds(1);

	/** Of an address. */
	static final Duration OF_ADDRESS = Duration.ofMillis(250);

	/** Of a user where it logged in before. */
	static final Duration LONGEST = Duration.ofMinutes(1);

	/** Short, for wrong ones of a name come from others than its user. */
	static final Duration LONGEST_OF_NAME = Duration.ofSeconds(4);

	private static final int MAX_DOUBLINGS = 6;

	private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

	private static final Duration TRUSTED_FOR = Duration.ofDays(1);

	private static final int MAX_REMEMBERED = 50_000;

	private final LongSupplier nanoTime;

	private final int free;

	private final Cache<Network, Failures> ofAddress;

	/** Of those who sent a wrong one for the name from where they are. */
	private final Cache<String, Failures> ofName;

	/** Of those who did not: others take no turn from them. */
	private final Cache<String, Failures> ofNameElsewhere;

	/** From where a wrong one of a name came. */
	private final Cache<Origin, Boolean> failed;

	/** Where somebody logged in: there, others do not keep that user out. */
	private final Cache<Origin, Failures> ofOrigin;

	@Autowired
	BackOff(AccountSettings settings) {
		this(System::nanoTime, settings.passwords().maxFailures());
	}

	/**
	 * @param nanoTime the time, as {@link System#nanoTime}
	 * @param free how many wrong ones have no consequence
	 */
	BackOff(LongSupplier nanoTime, int free) {
		this.nanoTime = nanoTime;
		this.free = free;
		this.ofAddress = remembered(FORGOTTEN_AFTER);
		this.ofName = remembered(FORGOTTEN_AFTER);
		this.ofNameElsewhere = remembered(FORGOTTEN_AFTER);
		this.failed = remembered(FORGOTTEN_AFTER);
		this.ofOrigin = remembered(TRUSTED_FOR);
	}

	private <K, V> Cache<K, V> remembered(Duration time) {
		return Caffeine.newBuilder()
			.maximumSize(MAX_REMEMBERED)
			.expireAfterAccess(time)
			.ticker(this.nanoTime::getAsLong)
			.build();
	}

	/**
	 * Begins to check a password.
	 * @throws HeldOff if it is not to be checked now
	 */
	Attempt begin(String name, InetAddress address) {
		Origin origin = new Origin(name, Network.of(address));
		Attempt attempt = new Attempt(origin);
		Failures trusted = this.ofOrigin.getIfPresent(origin);
		if (trusted != null) {
			attempt.begin(trusted);
		}
		else {
			attempt.begin(this.ofAddress.get(origin.network,
					(key) -> new Failures(MAX_AT_ONCE, OF_ADDRESS, OF_ADDRESS, false)));
			Cache<String, Failures> ofName = (this.failed.getIfPresent(origin) != null) ? this.ofName
					: this.ofNameElsewhere;
			attempt.begin(ofName.get(name, (key) -> new Failures(this.free, SHORTEST, LONGEST_OF_NAME, true)));
		}
		return attempt;
	}

	/** Somebody logged in, by whatever it is known. */
	void loggedIn(String name, InetAddress address) {
		trust(new Origin(name, Network.of(address)));
	}

	private void trust(Origin origin) {
		this.ofOrigin.asMap().computeIfAbsent(origin, (key) -> new Failures(this.free, SHORTEST, LONGEST, true));
	}

	/** A password that is checked. */
	final class Attempt {

		private final Origin origin;

		private final List<Failures> counted = new ArrayList<>(2);

		private Attempt(Origin origin) {
			this.origin = origin;
		}

		private void begin(Failures failures) {
			try {
				failures.begin(BackOff.this.nanoTime.getAsLong());
				this.counted.add(failures);
			}
			catch (HeldOff ex) {
				unchecked();
				throw ex;
			}
		}

		/** It was right. */
		void right() {
			this.counted.forEach(Failures::right);
			// it makes up for all wrong ones of its name
			BackOff.this.ofName.invalidate(this.origin.name);
			BackOff.this.ofNameElsewhere.invalidate(this.origin.name);
			trust(this.origin);
		}

		void wrong() {
			BackOff.this.failed.put(this.origin, true);
			this.counted.forEach((failures) -> failures.wrong(BackOff.this.nanoTime.getAsLong()));
		}

		/** It was not checked after all. */
		void unchecked() {
			this.counted.forEach(Failures::unchecked);
		}

	}

	/** The wrong passwords of an address, of a name, or of a name at an address. */
	private final class Failures {

		private final int maxAtOnce;

		private final Duration shortest;

		private final Duration longest;

		private final boolean forgiven;

		private int count;

		private int checked;

		private long heldOffUntil;

		/**
		 * @param maxAtOnce how many are checked at once while there is no wrong one
		 * @param shortest how long all are held off at first
		 * @param longest how long all are held off at most
		 * @param forgiven whether a right one makes up for them: of an address it does
		 * not, where it may be somebody else's
		 */
		Failures(int maxAtOnce, Duration shortest, Duration longest, boolean forgiven) {
			this.maxAtOnce = maxAtOnce;
			this.shortest = shortest;
			this.longest = longest;
			this.forgiven = forgiven;
		}

		synchronized void begin(long now) {
			if (this.count > BackOff.this.free && now - this.heldOffUntil < 0) {
				throw new HeldOff(Duration.ofNanos(this.heldOffUntil - now));
			}
			int atOnce = (this.count == 0) ? this.maxAtOnce : Math.max(1, BackOff.this.free - this.count);
			if (this.checked >= atOnce) {
				throw new HeldOff(this.shortest);
			}
			this.checked++;
		}

		synchronized void right() {
			this.checked--;
			this.count = this.forgiven ? 0 : this.count;
		}

		synchronized void wrong(long now) {
			this.checked--;
			this.count++;
			if (this.count > BackOff.this.free) {
				Duration pause = this.shortest
					.multipliedBy(1L << Math.min(this.count - BackOff.this.free - 1, MAX_DOUBLINGS));
				this.heldOffUntil = now + ((pause.compareTo(this.longest) < 0) ? pause : this.longest).toNanos();
			}
		}

		synchronized void unchecked() {
			this.checked--;
		}

	}

	/** Where somebody logged in. */
	private record Origin(String name, Network network) {
	}

	/** There were too many wrong passwords before. */
	static final class HeldOff extends RuntimeException {

		private final Duration pause;

		HeldOff(Duration pause) {
			super("held off", null, false, false);
			this.pause = pause;
		}

		/** How long none is looked at. */
		Duration pause() {
			return this.pause;
		}

	}

}

package io.heliograph.account;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.heliograph.account.BackOff.HeldOff;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Who is held off for wrong passwords, and for how long. */
class BackOffTests {

	private static final int FREE = 5;

	private static final String HERE = "192.0.2.1";

	private final AtomicLong nanoTime = new AtomicLong(-5);

	private final BackOff backOff = new BackOff(this.nanoTime::get, FREE);

	private static InetAddress address(String text) {
		try {
			return InetAddress.getByName(text);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private BackOff.Attempt begin(String name, String address) {
		return this.backOff.begin(name, address(address));
	}

	private void wrong(int count, String name, String address) {
		for (int i = 0; i < count; i++) {
			begin(name, address).wrong();
		}
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

	private Duration pause(String name, String address) {
		try {
			begin(name, address).unchecked();
			return Duration.ZERO;
		}
		catch (HeldOff ex) {
			return ex.pause();
		}
	}

	@Test
	void isNobodyForAFewWrongOnes() {
		wrong(FREE, "alice", HERE);
		assertThat(pause("alice", HERE)).isZero();
	}

	@Test
	void isHeldOffTwiceAsLongEachTime() {
		this.backOff.loggedIn("alice", address(HERE));
		wrong(FREE, "alice", HERE);
		for (int seconds = 1; seconds < 64; seconds *= 2) {
			wrong(1, "alice", HERE);
			assertThat(pause("alice", HERE)).isEqualTo(Duration.ofSeconds(seconds));
			pass(Duration.ofSeconds(seconds).minusNanos(1));
			assertThat(pause("alice", HERE)).isPositive();
			pass(Duration.ofNanos(1));
			assertThat(pause("alice", HERE)).isZero();
		}
		for (int i = 0; i < 80; i++) {
			wrong(1, "alice", HERE);
			assertThat(pause("alice", HERE)).isEqualTo(BackOff.LONGEST);
			pass(BackOff.LONGEST);
		}
		pass(Duration.ofDays(1));
		wrong(FREE, "alice", "198.51.100.1");
		assertThat(pause("alice", "198.51.100.1")).as("forgotten").isZero();
	}

	@Test
	void isAnAddressWithWhateverNameForAMoment() {
		for (int i = 0; i < FREE; i++) {
			wrong(1, "name" + i, HERE);
		}
		for (int i = FREE; i < 50; i++) {
			assertThat(pause("other", HERE)).isZero();
			wrong(1, "name" + i, HERE);
			assertThat(pause("other", HERE)).isEqualTo(BackOff.OF_ADDRESS);
			assertThat(pause("other", "192.0.2.2")).isZero();
			pass(BackOff.OF_ADDRESS.minusNanos(1));
			assertThat(pause("other", HERE)).isPositive();
			pass(Duration.ofNanos(1));
		}
		pass(Duration.ofMinutes(15));
		wrong(FREE, "alice", HERE);
		assertThat(pause("alice", HERE)).as("forgotten").isZero();
	}

	/** A device with an old password does not keep out others behind one address. */
	@Test
	void isNobodyForLongForAnotherWithAWrongPassword() {
		wrong(FREE + 1, "old-password", HERE);
		int letIn = 0;
		for (int tenths = 0; tenths < 600; tenths++) {
			pass(Duration.ofMillis(100));
			if (pause("old-password", HERE).isZero()) {
				wrong(1, "old-password", HERE);
			}
			if (pause("device" + tenths, HERE).isZero()) {
				begin("device" + tenths, HERE).right();
				letIn++;
			}
		}
		assertThat(letIn).isGreaterThan(500);
	}

	@Test
	void isANameFromWhateverAddress() {
		for (int i = 0; i <= FREE; i++) {
			wrong(1, "alice", "192.0.2." + i);
		}
		assertThat(pause("alice", "198.51.100.1")).isPositive();
		assertThat(pause("bob", "198.51.100.1")).isZero();
	}

	/** Who asks again when it is told to is let in beside a stranger who never stops. */
	@Test
	void isANameForAShortTimeOnly() {
		for (int i = 0; i < 100; i++) {
			pass(BackOff.LONGEST);
			wrong(1, "alice", "192.0.2." + i);
		}
		assertThat(pause("alice", "198.51.100.1")).isEqualTo(BackOff.LONGEST_OF_NAME);
		pass(BackOff.LONGEST_OF_NAME);
		assertThat(pause("alice", "198.51.100.1")).isZero();
		assertThat(pause("alice", "192.0.2.99")).as("a stranger's own address").isZero();
	}

	/** Nor is one who asks again when it is told to, at an address of its own. */
	@Test
	void isNoUserElsewhereForAStrangerAtOneAddress() {
		for (int i = 0; i < 100; i++) {
			pass(BackOff.LONGEST);
			wrong(1, "alice", HERE);
		}
		assertThat(pause("alice", HERE)).isPositive();
		assertThat(pause("alice", "198.51.100.1")).isZero();
		wrong(1, "alice", "198.51.100.1");
		assertThat(pause("alice", "198.51.100.1")).as("with a wrong one of its own").isPositive();
	}

	@Test
	void isNotWhoIsKnownThere() {
		this.backOff.loggedIn("alice", address(HERE));
		for (int i = 0; i <= FREE; i++) {
			wrong(1, "name" + i, HERE);
			wrong(1, "alice", "198.51.100." + i);
		}
		assertThat(pause("alice", HERE)).isZero();
	}

	@Test
	void isAWholeNetworkOfIpv6() {
		for (int i = 0; i <= FREE; i++) {
			wrong(1, "name" + i, "2001:db8:0:7::" + i);
		}
		assertThat(pause("other", "2001:db8:0:7:ffff::1")).isPositive();
		assertThat(pause("other", "2001:db8:0:8::1")).isZero();
		assertThat(pause("other", "127.0.0.1")).isZero();
	}

	@Test
	void isNotWhoLoggedInThereBefore() {
		begin("alice", HERE).right();
		for (int i = 0; i <= FREE; i++) {
			wrong(1, "alice", "198.51.100." + i);
		}
		for (int i = 0; i <= FREE; i++) {
			wrong(1, "name" + i, HERE);
		}
		assertThat(pause("alice", HERE)).as("its name and its address are held off elsewhere").isZero();
		assertThat(pause("alice", "198.51.100.30")).isPositive();
		wrong(FREE + 1, "alice", HERE);
		assertThat(pause("alice", HERE)).as("for its own wrong ones").isPositive();
	}

	@Test
	void doesNotMakeUpForWrongOnesByARightOneOfItsOwn() {
		wrong(FREE, "alice", HERE);
		begin("mallory", HERE).right();
		wrong(1, "bob", HERE);
		assertThat(pause("carol", HERE)).isPositive();
	}

	@Test
	void isForgivenAsANameByARightOne() {
		wrong(FREE, "alice", HERE);
		begin("alice", "198.51.100.1").right();
		wrong(FREE, "alice", "198.51.100.2");
		assertThat(pause("alice", "198.51.100.3")).isZero();
	}

	@Test
	void hasFewCheckedAtOnce() {
		List<BackOff.Attempt> attempts = new ArrayList<>();
		for (int i = 0; i < BackOff.MAX_AT_ONCE; i++) {
			attempts.add(begin("name" + i, HERE));
		}
		assertThatExceptionOfType(HeldOff.class).isThrownBy(() -> begin("other", HERE));
		assertThat(pause("other", "192.0.2.2")).isZero();
		attempts.get(0).unchecked();
		attempts.set(0, begin("other", HERE));
		attempts.forEach(BackOff.Attempt::unchecked);
		assertThat(pause("other", HERE)).isZero();
	}

	@Test
	void hasFewerCheckedAtOnceAfterAWrongOne() {
		wrong(FREE - 2, "alice", HERE);
		BackOff.Attempt first = begin("bob", HERE);
		begin("carol", HERE);
		assertThatExceptionOfType(HeldOff.class).isThrownBy(() -> begin("dave", HERE));
		first.wrong();
		assertThatExceptionOfType(HeldOff.class).isThrownBy(() -> begin("dave", HERE));
	}

	@Test
	void hasFewCheckedAtOnceOfAName() {
		for (int i = 0; i < FREE; i++) {
			begin("alice", "192.0.2." + i);
		}
		assertThatExceptionOfType(HeldOff.class).isThrownBy(() -> begin("alice", "192.0.2.100"));
		for (int i = 0; i < BackOff.MAX_AT_ONCE; i++) {
			begin("name" + i, "192.0.2.100");
		}
	}

}

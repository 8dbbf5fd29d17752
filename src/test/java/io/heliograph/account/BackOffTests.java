package io.heliograph.account;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import io.heliograph.account.BackOff.Attempt;
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

	private Attempt begin(String name, String address) {
		return this.backOff.begin(name, !name.startsWith("nobody"), address(address));
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
	void isAnAddressWithWhateverNameForASecond() {
		for (int i = 0; i <= FREE; i++) {
			wrong(1, "name" + i, HERE);
		}
		for (int i = 0; i < 20; i++) {
			begin("of-user" + i, HERE).wrong();
			assertThat(pause("other", HERE)).isPositive();
			assertThat(pause("other", "192.0.2.2")).isZero();
			pass(BackOff.SHORTEST.minusNanos(1));
			assertThat(pause("other", HERE)).isPositive();
			pass(Duration.ofNanos(1));
			assertThat(pause("other", HERE)).isZero();
		}
		pass(Duration.ofMinutes(15));
		wrong(FREE, "alice", HERE);
		assertThat(pause("alice", HERE)).as("forgotten").isZero();
	}

	/** A flood of names that there are not does not keep users of the address out. */
	@Test
	void isNoUserForNamesThatNobodyHas() {
		for (int i = 0; i < 100; i++) {
			try {
				begin("nobody" + i, HERE).wrong();
			}
			catch (HeldOff ex) {
				assertThat(i).isGreaterThan(FREE);
			}
			if (i > FREE + 1) {
				assertThat(pause("nobody", HERE)).isPositive();
				begin("of-user" + i, HERE).right();
			}
		}
	}

	/** Nor does a device with an old password, among others behind one address. */
	@Test
	void isNoUserForLongForAnotherWithAWrongPassword() {
		wrong(FREE + 1, "old-password", HERE);
		int letIn = 0;
		for (int tenths = 0; tenths < 600; tenths++) {
			pass(Duration.ofMillis(100));
			if (pause("old-password", HERE).isZero()) {
				begin("old-password", HERE).wrong();
			}
			if (pause("device" + tenths, HERE).isZero()) {
				begin("device" + tenths, HERE).right();
				letIn++;
			}
		}
		assertThat(letIn).isGreaterThan(400);
	}

	/** What there is to be told there is the same, whatever becomes of it. */
	@Test
	void isToldTheSameAtAnAddressThatIsHeldOff() {
		assertThat(begin("alice", HERE).wrong()).isNull();
		wrong(FREE, "bob", HERE);
		Attempt ofUser = begin("alice", HERE);
		Attempt ofNobody = begin("nobody", HERE);
		assertThat(pause("carol", HERE)).as("while one is looked at").isEqualTo(BackOff.LONGEST_OF_NAME);
		assertThat(pause("nobody-else", HERE)).isEqualTo(BackOff.LONGEST_OF_NAME);
		for (Attempt attempt : List.of(ofUser, ofNobody)) {
			assertThat(Objects.requireNonNull(attempt.wrong()).pause()).isEqualTo(BackOff.LONGEST_OF_NAME);
		}
		for (String name : List.of("alice", "bob", "carol", "nobody", "nobody-else")) {
			assertThat(pause(name, HERE)).as("after a wrong one").isEqualTo(BackOff.LONGEST_OF_NAME);
		}
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
		for (int i = 0; i <= FREE + 1; i++) {
			wrong(1, "name" + i, "2001:db8:0:7::" + i);
		}
		assertThat(pause("other", "2001:db8:0:7:ffff::1")).isPositive();
		assertThat(pause("other", "2001:db8:0:8::1")).isZero();
		assertThat(pause("other", "127.0.0.1")).isZero();
	}

	@Test
	void isNotWhoLoggedInThereBefore() {
		begin("alice", HERE).right();
		wrong(FREE, "alice", "198.51.100.1");
		wrong(1, "alice", "198.51.100.2");
		for (int i = 0; i <= FREE; i++) {
			wrong(1, "name" + i, HERE);
		}
		assertThat(pause("alice", HERE)).as("its name and its address are held off elsewhere").isZero();
		assertThat(pause("alice", "198.51.100.3")).isPositive();
		wrong(FREE + 1, "alice", HERE);
		assertThat(pause("alice", HERE)).as("for its own wrong ones").isPositive();
	}

	@Test
	void doesNotMakeUpForWrongOnesByARightOneOfItsOwn() {
		wrong(FREE, "alice", HERE);
		begin("mallory", HERE).right();
		wrong(1, "bob", HERE);
		wrong(1, "carol", HERE);
		assertThat(pause("dave", HERE)).isPositive();
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
		List<Attempt> attempts = new ArrayList<>();
		for (int i = 0; i < BackOff.MAX_AT_ONCE; i++) {
			attempts.add(begin("name" + i, HERE));
		}
		assertThatExceptionOfType(HeldOff.class).isThrownBy(() -> begin("other", HERE));
		assertThat(pause("other", "192.0.2.2")).isZero();
		attempts.get(0).unchecked();
		attempts.set(0, begin("other", HERE));
		attempts.forEach(Attempt::unchecked);
		assertThat(pause("other", HERE)).isZero();
	}

	@Test
	void hasFewerCheckedAtOnceAfterAWrongOne() {
		wrong(FREE - 2, "alice", HERE);
		Attempt first = begin("bob", HERE);
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

package io.heliograph.broker.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.heliograph.testing.LoggedLines;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/** What a disk has left, and what is said of it. */
class DiskRoomTests {

	private static final long MIB = 1024 * 1024;

	@AutoClose
	private final LoggedLines log = new LoggedLines(DiskRoom.class);

	private int looks;

	private long free = 128 * MIB;

	private long nanos = -5;

	private DiskRoom room() {
		return new DiskRoom(Path.of("broker"), () -> {
			this.looks++;
			return this.free;
		}, DataSize.ofMegabytes(128), () -> this.nanos);
	}

	private void pass(Duration time) {
		this.nanos += time.toNanos();
	}

	private List<String> lines() {
		return this.log.all().stream().map((line) -> line.getLevel() + " " + line.getFormattedMessage()).toList();
	}

	@Test
	void isLookedAtNowAndThen() {
		DiskRoom room = room();
		assertThat(room.isEnough()).isTrue();
		this.free--;
		pass(Duration.ofMillis(99));
		assertThat(room.isEnough()).isTrue();
		assertThat(this.looks).isEqualTo(1);
		pass(Duration.ofMillis(1));
		assertThat(room.isEnough()).isFalse();
		assertThat(this.looks).isEqualTo(2);
	}

	@Test
	void isToldOfWhenItEndsAndWhenItIsThereAgain() {
		DiskRoom room = room();
		assertThat(lines()).isEmpty();
		this.free = 100 * MIB;
		for (int i = 0; i < 1000; i++) {
			pass(Duration.ofMillis(100));
			assertThat(room.isEnough()).isFalse();
		}
		assertThat(lines()).singleElement()
			.asString()
			.startsWith("WARN The disk of broker has 100 MB left, which is less than 128 MB "
					+ "(heliograph.persistence.disk-reserve). Until there is more, messages")
			.endsWith("Make room there.");
		this.log.clear();
		this.free = 200 * MIB;
		for (int i = 0; i < 1000; i++) {
			pass(Duration.ofMillis(100));
			assertThat(room.isEnough()).isTrue();
		}
		assertThat(lines())
			.containsExactly("INFO The disk of broker has 200 MB left: nothing is refused for that any more.");
		this.log.clear();
		this.free = 0;
		pass(Duration.ofMillis(100));
		assertThat(room.isEnough()).isFalse();
		assertThat(lines()).singleElement().asString().startsWith("WARN The disk of broker has 0 MB left");
	}

	@Test
	void isToldOfOnceWhileItComesAndGoes() {
		DiskRoom room = room();
		for (int i = 0; i < 1000; i++) {
			this.free = (i % 90 == 0) ? 128 * MIB - 1 : 128 * MIB;
			pass(Duration.ofMillis(100));
			assertThat(room.isEnough()).isEqualTo(i % 90 != 0);
		}
		assertThat(lines()).singleElement()
			.asString()
			.startsWith("WARN The disk of broker has 127 MB left, which is less than 128 MB");
	}

	@Test
	void isToldOfIfThereIsNoneFromTheBeginning() {
		this.free = 500 * 1024;
		assertThat(room().isEnough()).isFalse();
		assertThat(lines()).singleElement().asString().startsWith("WARN The disk of broker has 500 kB left");
	}

}

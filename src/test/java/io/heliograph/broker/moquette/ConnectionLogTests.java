package io.heliograph.broker.moquette;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.heliograph.mqtt.ReasonCode;
import io.heliograph.testing.LoggedLines;
import io.netty.channel.embedded.EmbeddedChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Which lines clients cause. */
class ConnectionLogTests {

	@AutoClose
	private final LoggedLines lines = new LoggedLines(ConnectionLog.class);

	private final EmbeddedChannel channel = new EmbeddedChannel();

	private boolean engineHasFailed;

	private final ConnectionLog log = new ConnectionLog(() -> this.engineHasFailed);

	@BeforeEach
	void freezeTime() {
		this.channel.freezeTime();
	}

	@AfterEach
	void close() {
		this.channel.finishAndReleaseAll();
	}

	private void refuse(@Nullable String clientId, ReasonCode kind) {
		this.log.refused(this.channel, clientId, kind, "its reason");
	}

	/** Those since the last call, without the address. */
	private List<String> lines() {
		List<String> lines = this.lines.all()
			.stream()
			.map((line) -> line.getFormattedMessage().replaceFirst(" at (?:embedded|an unknown address)", ""))
			.toList();
		this.lines.clear();
		return lines;
	}

	private void pass(long millis) {
		this.channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
		this.channel.runScheduledPendingTasks();
	}

	@Test
	void areOneOfAClientAndAKindInASecond() {
		for (int i = 0; i < 3; i++) {
			refuse("one", ReasonCode.NOT_AUTHORIZED);
			refuse("one", ReasonCode.PROTOCOL_ERROR);
		}
		refuse("other", ReasonCode.NOT_AUTHORIZED);
		assertThat(lines()).containsExactly("Closed the connection of 'one': its reason",
				"Closed the connection of 'one': its reason", "Closed the connection of 'other': its reason");
		pass(999);
		assertThat(lines()).isEmpty();
		pass(1);
		assertThat(lines()).containsExactlyInAnyOrder("Lines left out about 'one': 2 of NOT_AUTHORIZED",
				"Lines left out about 'one': 2 of PROTOCOL_ERROR");
		refuse("one", ReasonCode.NOT_AUTHORIZED);
		assertThat(lines()).hasSize(1);
		pass(1000);
		assertThat(lines()).isEmpty();
	}

	@Test
	void areSharedOnceThereAreManyClients() {
		for (int i = 0; i < 100; i++) {
			refuse("client-" + i, ReasonCode.NOT_AUTHORIZED);
		}
		assertThat(lines()).hasSize(21);
		pass(1000);
		assertThat(lines()).containsExactly("Lines left out about others: 79 of NOT_AUTHORIZED");
		refuse("client-99", ReasonCode.NOT_AUTHORIZED);
		assertThat(lines()).hasSize(1);
	}

	@Test
	void areOneOfOurFailuresInASecond() {
		for (int i = 0; i < 3; i++) {
			this.log.failed(this.channel, "client-" + i, new IllegalStateException("a defect"));
		}
		assertThat(lines()).containsExactly("Closed the connection of 'client-0' because serving it failed");
		pass(1000);
		assertThat(lines()).containsExactly("Lines left out about clients: 2 of serving them failed");
	}

	/** One failure of the store ends all connections. */
	@Test
	void areNoneOfOurFailuresOnceTheEngineHasFailed() {
		this.engineHasFailed = true;
		this.log.failed(this.channel, "client", new IllegalStateException("the store has failed"));
		assertThat(lines()).isEmpty();
	}

	@Test
	void cannotLookLikeOneOfOurs() {
		refuse("a\n2026 ERROR", ReasonCode.NOT_AUTHORIZED);
		assertThat(lines()).containsExactly("Closed the connection of 'a?2026 ERROR': its reason");
	}

}

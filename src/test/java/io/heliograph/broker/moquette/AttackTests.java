package io.heliograph.broker.moquette;

import java.util.function.IntFunction;

import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/** Attacks on a broker by a client, as functions of the port, among healthy clients. */
abstract class AttackTests {

	final TestAccess access = new TestAccess();

	final TestBroker broker = new TestBroker(this.access);

	HealthyClients healthy;

	@BeforeEach
	void connectHealthyClients() {
		this.healthy = new HealthyClients(this.broker);
	}

	@AfterEach
	void close() {
		this.healthy.close();
		this.broker.close();
	}

	static boolean stopsStockMoquette(IntFunction<RawClient> attack) {
		try (StockBroker stock = new StockBroker()) {
			return stock.stoppedBy(attack, "attacker");
		}
	}

	/** What the attacker is told while the healthy clients notice nothing. */
	void survives(IntFunction<RawClient> attack, int reason) {
		this.healthy.during(() -> {
			try (RawClient attacker = attack.apply(this.broker.port())) {
				assertThat(attacker.closeReason()).isEqualTo(reason);
			}
		});
	}

	void survivesAndCloses(IntFunction<RawClient> attack) {
		this.healthy.during(() -> {
			try (RawClient attacker = attack.apply(this.broker.port())) {
				assertThat(attacker.receiveOrClosed()).isNull();
			}
		});
	}

}

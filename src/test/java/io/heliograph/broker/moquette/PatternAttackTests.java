package io.heliograph.broker.moquette;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.function.IntFunction;

import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names that mean something to rules in which the name of the client or user is filled
 * in.
 */
class PatternAttackTests extends AttackTests {

	@TempDir
	private Path directory;

	private StockBroker stock(String rule) throws IOException {
		Path rules = Files.writeString(this.directory.resolve("rules"), rule + "\n");
		Properties settings = new Properties();
		settings.setProperty("acl_file", rules.toString());
		return new StockBroker(settings, null);
	}

	@Test
	void survivesAClientWithoutTheNameThatARuleAsksFor() throws IOException {
		IntFunction<RawClient> attack = (port) -> {
			RawClient attacker = RawClient.connected(port, "attacker", true);
			attacker.ping();
			return attacker.send(RawClient.subscribe(1, "d/attacker", 1));
		};
		try (StockBroker stock = stock("pattern readwrite d/%u")) {
			assertThat(stock.stoppedBy(attack, "attacker")).isTrue();
		}
		this.healthy.during(() -> assertThat(attack.apply(this.broker.port()).receive().type()).isEqualTo(9));
	}

	private static RawClient user(int port, String clientId) {
		RawClient client = new RawClient(port);
		client.send(RawClient.packet(0x10,
				new PacketBody().text("MQTT").bytes(4, 0xc2).number(0).text(clientId).text("user").text("user")));
		assertThat(client.receive().body()[1]).isZero();
		client.ping();
		return client;
	}

	/** What a client of this id receives of what is published to another's topic. */
	private static RawClient eavesdrop(int port, String clientId) {
		RawClient attacker = user(port, clientId);
		attacker.subscribed("d/victim", 0);
		try (RawClient victim = user(port, "victim")) {
			victim.send(RawClient.publish("d/victim", "secret", 1, 1));
			assertThat(victim.receive().type()).isEqualTo(4);
		}
		return attacker;
	}

	@Test
	void takesAClientIdThatIsAWildcardForAName() throws IOException {
		try (StockBroker stock = stock("pattern readwrite d/%c")) {
			for (String id : List.of("+", "#")) {
				Packet packet = stock.tolerating((port) -> eavesdrop(port, id).receive());
				assertThat(packet.payload()).isEqualTo("secret");
			}
		}
		this.healthy.during(() -> {
			for (String id : List.of("+", "#", "/", "+/+", "a/#", "$SYS", "%c", "%u")) {
				eavesdrop(this.broker.port(), id).close();
			}
		});
	}

}

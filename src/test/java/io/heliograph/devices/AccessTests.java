package io.heliograph.devices;

import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a device may do, by the rules of its user. */
class AccessTests extends DeviceTests {

	@BeforeAll
	static void addLimited() {
		heliograph.user("limited");
	}

	@Nested
	@EnumSource
	class OfEachClient extends Scenarios {

		private final Device limited;

		OfEachClient(Client client) {
			super(heliograph, client);
			this.limited = this.fleet.device(this.fleet.login("limited", "limited"));
		}

		private long rule(String access, String topic) {
			return heliograph.rule("limited", access, this.fleet.topic(topic));
		}

		private void delete(long rule) {
			heliograph.admin().delete("/api/admin/acl/rules/" + rule).expect(204);
		}

		private void post(String topic, String payload) {
			heliograph.publish(this.fleet.topic(topic), payload, 1, false);
		}

		@Test
		void publishesWhereItMayOnly() {
			Device watcher = this.fleet.device("watcher").subscribed(2, this.fleet.topic("#"));
			rule("write", "open");
			for (int qos = 0; qos < 3; qos++) {
				int code = this.limited.publish(this.fleet.topic("closed"), "hidden", qos, true);
				assertThat(code).isEqualTo((this.client.v5() && qos > 0) ? 0x87 : 0);
			}
			this.limited.publish(this.fleet.topic("open"), "end", 1, false);
			assertThat(watcher.receiveUntil("end")).isEmpty();

			Device late = this.fleet.device("late").subscribed(2, this.fleet.topic("#"));
			post("end", "end");
			assertThat(late.receiveUntil("end")).as("retained").isEmpty();
		}

		@Test
		void subscribesToWhatItMayReadOnly() {
			rule("read", "open/+");
			rule("deny", "open/b");
			List<Integer> codes = this.limited.subscribe(1, this.fleet.topic("open/a"), this.fleet.topic("open/b"),
					this.fleet.topic("closed/#"), this.fleet.topic("+/c"));
			int denied = this.client.v5() ? 0x87 : 0x80;
			assertThat(codes).containsExactly(1, denied, denied, 1);
			post("open/b", "hidden");
			post("closed/a", "hidden");
			post("closed/c", "hidden");
			post("open/c", "shown");
			post("open/a", "end");
			assertThat(this.limited.receiveUntil("end")).containsExactly("shown");
		}

		@Test
		void isToldIfNothingIsGranted() {
			rule("write", "#");
			int denied = this.client.v5() ? 0x87 : 0x80;
			assertThat(this.limited.subscribe(2, this.fleet.topic("#"))).containsExactly(denied);
		}

		@Test
		void getsNothingThatIsDeniedUnderAGrantedFilter() {
			heliograph.publish(this.fleet.topic("a/secret"), "retained", 1, true);
			rule("read", "a/#");
			rule("deny", "a/secret");
			this.limited.subscribed(1, this.fleet.topic("a/#"));
			post("a/secret", "hidden");
			post("a/open", "shown");
			post("a/secret", "hidden");
			post("a/open", "end");
			assertThat(this.limited.receiveUntil("end")).containsExactly("shown");
		}

		@Test
		void readsNoLongerOnceItIsDenied() {
			rule("read", "#");
			this.limited.subscribed(1, this.fleet.topic("#"));
			post("a", "before");
			assertThat(this.limited.receive().payload()).isEqualTo("before");
			long deny = rule("deny", "a");
			post("a", "hidden");
			post("b", "meanwhile");
			assertThat(this.limited.receive().payload()).isEqualTo("meanwhile");
			delete(deny);
			post("a", "after");
			assertThat(this.limited.receive().payload()).isEqualTo("after");
		}

		@Test
		void readsNoLongerOnceItsGrantIsGone() {
			long grant = rule("read", "a");
			rule("read", "b");
			this.limited.subscribed(1, this.fleet.topic("#"));
			delete(grant);
			post("a", "hidden");
			post("b", "meanwhile");
			assertThat(this.limited.receive().payload()).isEqualTo("meanwhile");
			rule("read", "a");
			post("a", "after");
			assertThat(this.limited.receive().payload()).isEqualTo("after");
		}

		@Test
		void getsNothingThatWasDeniedWhileItWasAway() {
			Login login = this.fleet.login("kept", "limited").kept();
			rule("read", "#");
			this.fleet.device(login).subscribed(1, this.fleet.topic("#")).leave();
			this.fleet.awaitAway("kept");
			post("a", "hidden");
			post("b", "shown");
			rule("deny", "a");
			Device back = this.fleet.device(login).subscribed(1, this.fleet.topic("#"));
			post("b", "end");
			assertThat(back.receiveUntil("end")).containsExactly("shown");
		}

		@Test
		void writesNoLongerOnceItIsDenied() {
			Device watcher = this.fleet.device("watcher").subscribed(1, this.fleet.topic("#"));
			rule("write", "a");
			String topic = this.fleet.topic("a");
			this.limited.publish(topic, "before", 1, false);
			long deny = rule("deny", "a");
			int code = this.limited.publish(topic, "hidden", 1, false);
			assertThat(code).isEqualTo(this.client.v5() ? 0x87 : 0);
			delete(deny);
			this.limited.publish(topic, "end", 1, false);
			assertThat(watcher.receiveUntil("end")).containsExactly("before");
		}

	}

}

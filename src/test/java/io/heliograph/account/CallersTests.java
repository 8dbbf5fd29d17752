package io.heliograph.account;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.security.core.AuthenticationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What those who make requests may do, whatever changes meanwhile. */
class CallersTests {

	@TempDir
	private Path data;

	/** A key that is gone is not taken for a password of its owner, at no moment. */
	@Test
	void areNothingWithAKeyThatIsRevokedWhileItIsAsked() {
		AccountContext.start(this.data, (context) -> {
			KeyRing ring = context.getBean(KeyRing.class);
			Callers callers = context.getBean(Callers.class);
			Accounts accounts = context.getBean(Accounts.class);
			Caller admin = AccountContext.caller(context, "admin");
			ApiKeys.Issued issued = context.getBean(ApiKeys.class)
				.add(admin, new ApiKey(0, "k", admin.userId(), EnumSet.of(KeyScope.PUBLISH),
						List.of(new TopicFilter("only/this")), Instant.EPOCH, null, List.of()));
			Caller caller = Objects.requireNonNull(
					callers.byKey(Objects.requireNonNull(ring.use(issued.token())), InetAddress.getLoopbackAddress()));
			AtomicBoolean end = new AtomicBoolean();
			Thread revoking = new Thread(() -> {
				while (!end.get()) {
					ring.remove(issued.key().id());
					ring.put(issued.key());
				}
			});
			revoking.setDaemon(true);
			revoking.start();
			for (int i = 0; i < 200_000; i++) {
				assertThat(accounts.decidePublish(caller, new Topic("everything/else")).allowed()).isFalse();
				Callers.Present present = callers.present(caller);
				assertThat(present == null || present.key() != null).isTrue();
			}
			end.set(true);
			revoking.join(10_000);
			ring.remove(issued.key().id());
			assertThat(callers.present(caller)).isNull();
			assertThatExceptionOfType(AuthenticationException.class).isThrownBy(() -> callers.authentication(caller));
		}, "heliograph.admin.password=secret");
	}

}

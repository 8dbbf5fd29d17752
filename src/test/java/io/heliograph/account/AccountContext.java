package io.heliograph.account;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/** Users and rules with their database, without HTTP and a broker. */
final class AccountContext {

	private AccountContext() {
	}

	/** Starts them, and stops them after the check. */
	static void start(Path dataDirectory, Check check, String... settings) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JdbcTemplateAutoConfiguration.class,
					JdbcClientAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class))
			.withUserConfiguration(Parts.class)
			.withPropertyValues("heliograph.data-dir=" + dataDirectory)
			.withPropertyValues(settings)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				check.on(context.getSourceApplicationContext());
			});
	}

	/** A caller who is logged in as a user. */
	static Caller caller(ApplicationContext context, String name) {
		User user = context.getBean(UserDirectory.class).find(name).orElseThrow();
		return new Caller(user.id(), user.name(), new Caller.ByPassword(user.passwords().get(0).id()),
				InetAddress.getLoopbackAddress());
	}

	/** What is to be seen of a start. */
	interface Check {

		void on(ApplicationContext context) throws Exception;

	}

	/** Not found by who scans this package. */
	@ComponentScan({ "io.heliograph.storage", "io.heliograph.audit" })
	@Import({ UserDirectory.class, Callers.class, Administration.class, Users.class, AccessRules.class, KeyRing.class,
			BanList.class, Bans.class, ApiKeys.class, BackOff.class, Rehashes.class, PasswordChecks.class, Logins.class,
			Denials.class, Accounts.class, FirstAdmin.class, DeferredWrites.class })
	@ConfigurationPropertiesScan({ "io.heliograph.storage", "io.heliograph.audit", "io.heliograph.account" })
	static class Parts {

		@Bean
		Clock clock() {
			return Clock.systemUTC();
		}

	}

}

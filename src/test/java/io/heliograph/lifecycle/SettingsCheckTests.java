package io.heliograph.lifecycle;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.from;

/** Which settings are refused, and what is said about them. */
class SettingsCheckTests {

	private static void start(String... arguments) {
		start(new StandardEnvironment(), arguments);
	}

	private static void start(ConfigurableEnvironment environment, String... arguments) {
		CommandLine.check(arguments);
		environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton("environment", environment);
		beans.registerBeanDefinition("settings",
				new RootBeanDefinition(Settings.class, () -> new Settings(1, List.of())));
		new SettingsCheck().postProcessBeanFactory(beans);
	}

	@Test
	void takesTheSettingsThatThereAre() {
		assertThatCode(() -> start("--heliograph.io-threads=1", "--heliograph.listeners[0].port=1",
				"--heliograph.listeners[1].allowed-origins[0]=a"))
			.doesNotThrowAnyException();
		assertThatCode(() -> start("--heliograph.ioThreads=1")).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@CsvSource({ "--heliograph.io-threads=1, --heliograph.io-threads=2, io-threads",
			"--heliograph.io-threads=1, --heliograph.io-threads=1, io-threads",
			"--heliograph.io-threads=1, --heliograph.ioThreads=2, ioThreads",
			"--heliograph.listeners[0].port=1, --heliograph.listeners[0].port=2, listeners[0].port" })
	void namesASettingThatIsGivenTwice(String first, String second, String name) {
		assertThatThrownBy(() -> start(first, second))
			.hasMessage("The setting heliograph." + name + " is given more than once; give it once.");
	}

	@Test
	void takesTheElementsOfAListInOneValue() {
		assertThatCode(() -> start("--heliograph.listeners[0].allowed-origins=a,b", "--heliograph.listeners="))
			.doesNotThrowAnyException();
	}

	@Test
	void namesASettingOfAnElementWithoutItsNumber() {
		assertThatThrownBy(() -> start("--heliograph.listeners.port=1"))
			.hasMessageStartingWith("There is no setting heliograph.listeners.port; known are heliograph.io-threads, ");
	}

	@Test
	void namesASettingOfAnotherPortOfHttp() {
		assertThatThrownBy(() -> start("--management.server.port=1")).hasMessageStartingWith(
				"There is no setting management.server.port; what is managed over HTTP is at server.port");
	}

	@Test
	void namesASettingOfAnotherPortOfHttpInTheEnvironment() {
		ConfigurableEnvironment environment = new StandardEnvironment();
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources()
			.replace(name, new SystemEnvironmentPropertySource(name, Map.of("MANAGEMENT_SERVER_PORT", "1")));
		assertThatThrownBy(() -> start(environment)).hasMessageContaining("management.server.port");
	}

	@Test
	void takesAVariableOfTheNameOfTheProduct() {
		ConfigurableEnvironment environment = new StandardEnvironment();
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources()
			.replace(name, new SystemEnvironmentPropertySource(name, Map.of("HELIOGRAPH", "1")));
		assertThatCode(() -> start(environment)).doesNotThrowAnyException();
	}

	@Test
	void takesTheSettingsOfHttpThatThereAre() {
		assertThatCode(() -> start("--server.port=1", "--server.servlet.applicationDisplayName=a",
				"--server.ssl.enabled-protocols[0]=a", "--server.tomcat.threads.max=12",
				"--server.servlet.context-parameters.any.name=a", "--server.ssl.server-name-bundles[0].server-name=a",
				"--server.tomcat="))
			.doesNotThrowAnyException();
	}

	@Test
	void namesASettingOfHttpThatThereIsNot() {
		assertThatThrownBy(() -> start("--server.prt=1", "--server.tomcat.threads.maximum=1"))
			.hasMessage("There is no setting server.prt, server.tomcat.threads.maximum. Look at its spelling.");
	}

	@ParameterizedTest
	@CsvSource({ "server.port, 65536", "server.port, -1", "server.address, ''", "server.tomcat.threads.max, 0",
			"server.tomcat.threads.max, 11", "server.tomcat.connection-timeout, -1",
			"server.tomcat.connection-timeout, 0s", "server.servlet.context-path, /x" })
	void namesASettingOfHttpThatItIsNotServedWith(String name, String value) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> start("--" + name + "=" + value))
			.returns(name, from(InvalidConfigurationPropertyValueException::getName));
	}

	@Test
	void listsTheKnownOnesAsTheyAreWritten() {
		assertThatThrownBy(() -> start("--heliograph.typo=1"))
			.hasMessage("There is no setting heliograph.typo; known are heliograph.io-threads, "
					+ "heliograph.listeners[n].allowed-origins, heliograph.listeners[n].port. Look at its spelling.");
	}

	@Test
	void saysHowAnArgumentWithoutDashesIsWritten() {
		assertThatThrownBy(() -> start("--heliograph.io-threads=1", "heliograph.acl.no-rules=allow"))
			.hasMessage("'heliograph.acl.no-rules=…' is not a setting; write --heliograph.acl.no-rules=… instead.");
		assertThatThrownBy(() -> start("-Dheliograph.io-threads=1"))
			.hasMessage("'-Dheliograph.io-threads=…' is not a setting; write --heliograph.io-threads=… instead.");
	}

	@Test
	void namesAnArgumentWhoseNameIsNotInFull() {
		for (String name : new String[] { "data-dir", "help", "serverport" }) {
			assertThatThrownBy(() -> start("--" + name + "=x"))
				.hasMessage("There is no setting " + name + "; write names in full, such as --heliograph.data-dir=….");
		}
		assertThatCode(() -> start("--debug", "--trace")).doesNotThrowAnyException();
	}

	@Test
	void repeatsNoValueThatMayBeAPassword() {
		assertThatThrownBy(() -> start("--heliograph.admin.password", "secret"))
			.hasMessage("Argument 2 is not a setting; write --name=value.");
		assertThatThrownBy(() -> start("heliograph.admin.password=secret")).message().doesNotContain("secret");
	}

	@ConfigurationProperties("heliograph")
	record Settings(int ioThreads, List<Listener> listeners) {

	}

	record Listener(int port, List<String> allowedOrigins) {

	}

}

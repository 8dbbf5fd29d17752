package io.heliograph.broker.engine;

import java.time.Clock;

import io.heliograph.account.AccessControl;
import io.heliograph.broker.Undelivered;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine and what it shows as beans. */
@Configuration(proxyBeanMethods = false)
class EngineBeans {

	@Bean(destroyMethod = "close")
	Engine engine(AccessControl access, Clock clock, SessionSettings settings, ClientIdSettings clientIds) {
		return Engine.open(access, clock, settings, clientIds);
	}

	@Bean
	SessionTable sessions(Engine engine) {
		return engine.sessions();
	}

	@Bean
	KnownClientIds clientIds(Engine engine) {
		return engine.clientIds();
	}

	@Bean
	Undelivered undelivered(Engine engine) {
		return engine.drops();
	}

}

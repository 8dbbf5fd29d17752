package io.heliograph.broker.engine;

import java.time.Clock;

import io.heliograph.account.AccessControl;
import io.heliograph.broker.Undelivered;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine and what it shows as beans. */
@Configuration(proxyBeanMethods = false)
class EngineBeans {

	@Bean
	Store store() {
		return new MemoryStore();
	}

	@Bean(destroyMethod = "close")
	Engine engine(Store store, AccessControl access, Clock clock, SessionSettings sessions,
			ClientIdSettings clientIds) {
		return Engine.open(store, new EngineSettings(sessions, clientIds), access, clock,
				new EngineEnvironment(clock.instant(), () -> false, (cause) -> {
				}));
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

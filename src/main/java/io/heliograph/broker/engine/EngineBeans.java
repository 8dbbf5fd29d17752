package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;

import io.heliograph.account.AccessControl;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Store;
import io.heliograph.broker.store.Stores;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine as a bean. */
@Configuration(proxyBeanMethods = false)
class EngineBeans {

	@Bean(destroyMethod = "close")
	CurrentEngine engine(Stores stores, AccessControl access, Clock clock, SessionSettings sessions,
			ClientIdSettings clientIds, LedgerSettings ledger) {
		EngineSettings settings = new EngineSettings(sessions, clientIds, ledger);
		return new CurrentEngine((onFailure) -> {
			Store store = stores.open(Families.ALL);
			Instant stoppedAt = stores.lastUse().orElseGet(clock::instant);
			return Engine.open(store, settings, access, clock,
					new EngineEnvironment(stoppedAt, () -> !stores.haveRoom(), onFailure));
		});
	}

}

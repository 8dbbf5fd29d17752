package io.heliograph.broker.moquette;

import java.time.Clock;

import io.heliograph.account.AccessControl;
import io.heliograph.broker.engine.Engine;
import io.heliograph.broker.engine.SessionSettings;
import io.heliograph.broker.engine.SessionTable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine and its sessions as beans. */
@Configuration(proxyBeanMethods = false)
class BrokerBeans {

	@Bean(destroyMethod = "close")
	Engine engine(AccessControl access, Clock clock, SessionSettings settings) {
		return Engine.open(access, clock, settings);
	}

	@Bean
	SessionTable sessions(Engine engine) {
		return engine.sessions();
	}

}

package io.heliograph.storage;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The database in the data directory. */
@Configuration(proxyBeanMethods = false)
class DatabaseBeans {

	private static final int CONNECTIONS = 4;

	/**
	 * Closed by us and not by H2's own hook at the end of the process, which would run
	 * beside what still uses it; what H2 has to log goes where the rest goes.
	 */
	private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=4";

	@Bean
	HikariDataSource dataSource(DataDirectory directory) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl("jdbc:h2:file:" + directory.path().resolve("heliograph") + OPTIONS);
		dataSource.setUsername("sa");
		dataSource.setMaximumPoolSize(CONNECTIONS);
		return dataSource;
	}

}

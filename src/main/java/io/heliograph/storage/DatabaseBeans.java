package io.heliograph.storage;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The database in the data directory. */
@Configuration(proxyBeanMethods = false)
class DatabaseBeans {

	private static final int CONNECTIONS = 4;

	/**
	 * @throws DataDirectoryUnusable if the database can neither be opened nor rebuilt, or
	 * not brought to this version
	 */
	@Bean
	PreparedDatabase database(DataDirectory directory, Snapshots snapshots) {
		return new DatabaseFile(directory, snapshots).prepare();
	}

	@Bean
	HikariDataSource dataSource(PreparedDatabase database) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(database.url());
		dataSource.setUsername(H2File.USER);
		dataSource.setMaximumPoolSize(CONNECTIONS);
		return dataSource;
	}

}

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
	HikariDataSource dataSource(DataDirectory directory, Snapshots snapshots) {
		DatabaseFile file = new DatabaseFile(directory, snapshots);
		file.prepare();
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(file.url());
		dataSource.setUsername(H2File.USER);
		dataSource.setMaximumPoolSize(CONNECTIONS);
		return dataSource;
	}

}

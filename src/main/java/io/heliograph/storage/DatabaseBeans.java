package io.heliograph.storage;

import java.sql.DriverManager;
import java.sql.SQLException;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The database in the data directory. */
@Configuration(proxyBeanMethods = false)
class DatabaseBeans {

	private static final int CONNECTIONS = 4;

	/**
	 * Closed by us and not by H2's own hook at the end of the process, which would run
	 * beside what still uses it; what H2 has to say comes as an exception.
	 */
	private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";

	private static final String USER = "sa";

	/**
	 * @throws DataDirectoryUnusable if the database cannot be opened
	 */
	@Bean
	HikariDataSource dataSource(DataDirectory directory) {
		String url = "jdbc:h2:file:" + directory.path().resolve("heliograph") + OPTIONS;
		checkReadable(url, directory);
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setUsername(USER);
		dataSource.setMaximumPoolSize(CONNECTIONS);
		return dataSource;
	}

	private static void checkReadable(String url, DataDirectory directory) {
		try {
			DriverManager.getConnection(url, USER, "").close();
		}
		catch (SQLException ex) {
			throw new DataDirectoryUnusable("The database " + directory.path().resolve("heliograph.mv.db")
					+ " cannot be opened (" + ex.getMessage()
					+ "). Put a copy of it back, or move it away to start without users and rules.", ex);
		}
	}

}

package io.heliograph.storage;

import java.util.function.Consumer;
import java.util.function.Supplier;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes changes to the database, one after the other, and forces them to the disk: H2
 * does not do that at a commit.
 */
@Component
public final class DurableChanges {

	private final JdbcClient jdbc;

	private final TransactionTemplate transactions;

	DurableChanges(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
		this.jdbc = jdbc;
		this.transactions = new TransactionTemplate(transactionManager);
	}

	/**
	 * Makes a change in a transaction; when it returns, the change is on the disk.
	 * @param change the statements
	 * @param committed takes what they returned once they are committed: brings what is
	 * kept of it in memory up to date
	 * @throws org.springframework.dao.DataAccessException if it fails; after the commit
	 * it counts until the process ends, but may not outlive it
	 */
	public synchronized <T> T make(Supplier<T> change, Consumer<T> committed) {
		T result = this.transactions.execute((status) -> change.get());
		committed.accept(result);
		this.jdbc.sql("checkpoint sync").update();
		return result;
	}

}

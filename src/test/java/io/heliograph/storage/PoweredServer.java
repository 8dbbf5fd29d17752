package io.heliograph.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** What keeps users and rules, as it is made at a start, without those who use it. */
final class PoweredServer implements AutoCloseable {

	private static final int USERS = 40;

	private final DataDirectory directory;

	private final HikariDataSource dataSource;

	private final JdbcClient jdbc;

	private volatile boolean stopping;

	private final DurableChanges changes;

	PoweredServer(Path path) throws IOException {
		this.directory = new DataDirectory(path, (disk) -> Long.MAX_VALUE);
		Snapshots snapshots = new Snapshots(this.directory);
		PreparedDatabase database = new DatabaseFile(this.directory, snapshots).prepare();
		this.dataSource = new DatabaseBeans().dataSource(database);
		this.jdbc = JdbcClient.create(this.dataSource);
		try {
			this.changes = new DurableChanges(this.jdbc, new JdbcTransactionManager(this.dataSource), this.directory,
					snapshots, database);
		}
		catch (IOException | RuntimeException ex) {
			this.dataSource.close();
			throw ex;
		}
	}

	/** Makes a change that is drawn, and notes it before it is committed. */
	AskedChanges.Change change(AskedChanges asked, Random random) {
		AskedChanges.Change[] made = new AskedChanges.Change[1];
		this.changes.make(() -> {
			Map<String, String> users = new TreeMap<>(asked.last().users());
			change(users, random);
			made[0] = asked.add(users, number());
			return made[0];
		}, (change) -> {
		});
		return made[0];
	}

	private void change(Map<String, String> users, Random random) {
		String name = "user-" + random.nextInt(USERS);
		String hash = Long.toHexString(random.nextLong()).repeat(1 + random.nextInt(12));
		String topic = Long.toHexString(random.nextLong()).repeat(1 + random.nextInt(200));
		if (!users.containsKey(name)) {
			this.jdbc.sql("insert into users (name, enabled) values (?, true)").param(name).update();
			this.jdbc
				.sql("insert into passwords (user_id, hash, created_at) "
						+ "select id, ?, current_timestamp from users where name = ?")
				.params(hash, name)
				.update();
			this.jdbc
				.sql("insert into access_rules (scope, user_id, access, topic) "
						+ "select 'USER', id, 'READ', ? from users where name = ?")
				.params(topic, name)
				.update();
		}
		else if (random.nextInt(3) == 0) {
			this.jdbc.sql("delete from users where name = ?").param(name).update();
			users.remove(name);
			return;
		}
		else {
			this.jdbc.sql("update passwords set hash = ? where user_id = (select id from users where name = ?)")
				.params(hash, name)
				.update();
			this.jdbc.sql("update access_rules set topic = ? where user_id = (select id from users where name = ?)")
				.params(topic, name)
				.update();
		}
		users.put(name, hash + " " + topic);
	}

	/** The number of the last change. */
	long number() {
		return this.jdbc.sql("select number from last_change").query(Long.class).single();
	}

	/** Returns what there is of each user. */
	Map<String, String> users() {
		Map<String, String> users = new TreeMap<>();
		this.jdbc
			.sql("select name, hash, topic from users left join passwords on passwords.user_id = users.id "
					+ "left join access_rules on access_rules.user_id = users.id")
			.query((row) -> {
				String other = users.put(row.getString(1), row.getString(2) + " " + row.getString(3));
				if (other != null) {
					throw new IllegalStateException(row.getString(1) + " has two rules");
				}
			});
		return users;
	}

	boolean isStopping() {
		return this.stopping;
	}

	/** As a stop does it. */
	@Override
	public void close() {
		this.stopping = true;
		this.changes.close();
		this.dataSource.close();
		this.directory.close();
	}

}

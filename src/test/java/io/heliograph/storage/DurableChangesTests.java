package io.heliograph.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.from;

/** What becomes of changes when the database does not take them. */
class DurableChangesTests {

	@TempDir
	private Path data;

	private DataDirectory directory;

	private HikariDataSource dataSource;

	private JdbcClient jdbc;

	private DurableChanges changes;

	private final List<Integer> committed = new CopyOnWriteArrayList<>();

	private volatile long usableBytes = DataDirectory.RESERVED_BYTES;

	@BeforeEach
	void open() throws IOException {
		this.directory = new DataDirectory(this.data, (path) -> this.usableBytes);
		Snapshots snapshots = new Snapshots(this.directory);
		PreparedDatabase database = new DatabaseFile(this.directory, snapshots).prepare();
		this.dataSource = new DatabaseBeans().dataSource(database);
		this.jdbc = JdbcClient.create(this.dataSource);
		this.jdbc.sql("create table t (x int primary key)").update();
		this.changes = new DurableChanges(this.jdbc, new JdbcTransactionManager(this.dataSource), this.directory,
				snapshots, database);
	}

	@AfterEach
	void close() {
		this.changes.close();
		this.dataSource.close();
		this.directory.close();
	}

	private void insert(int x) {
		this.changes.make(() -> this.jdbc.sql("insert into t values (" + x + ")").update(), this.committed::add);
	}

	@Test
	void beginWithASnapshotOfWhatIsThere() throws IOException {
		assertThat(new Snapshots(this.directory).newest())
			.hasValueSatisfying((snapshot) -> assertThat(snapshot.script()).contains("\"PUBLIC\".\"T\""));
	}

	@Test
	void goOnAfterOneThatContradictsAnother() {
		insert(1);
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> insert(1));
		insert(2);
		assertThat(this.committed).hasSize(2);
		assertThat(this.changes.failure()).isEmpty();
	}

	@Test
	void endWithADatabaseThatFails() {
		insert(1);
		// what a statement that fails stands for
		this.jdbc.sql("drop table t").update();
		assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> insert(2))
			.withMessageContaining("the change may be lost");
		assertThat(this.changes.failure()).isPresent();
		assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> insert(3))
			.withMessageContaining("restart the server");
		assertThat(this.committed).hasSize(1);
	}

	@Test
	void goOnAfterOneForWhichThereWasNoConnection() {
		this.dataSource.close();
		assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> insert(1))
			.withMessageContaining("nothing was changed");
		assertThat(this.changes.failure()).isEmpty();
	}

	@Test
	void areRefusedWhileTheDiskIsAlmostFull() {
		this.usableBytes = DataDirectory.RESERVED_BYTES - 1;
		assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> insert(1))
			.withMessageContaining("less than 16 MiB left")
			.withMessageContaining("Nothing was changed");
		assertThat(rows()).isEmpty();
		assertThat(this.committed).isEmpty();
		this.usableBytes = DataDirectory.RESERVED_BYTES;
		insert(2);
		assertThat(rows()).containsExactly(2);
	}

	@Test
	void areRefusedWhileAnotherTakesItsTime() {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Integer> goOn = new CompletableFuture<>();
		CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> this.changes.make(() -> {
			begun.complete(null);
			this.jdbc.sql("insert into t values (1)").update();
			return goOn.join();
		}, this.committed::add));
		try {
			CompletableFuture.anyOf(begun, slow).join();
			assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> insert(2))
				.withMessageContaining("nothing was changed");
			assertThat(this.committed).isEmpty();
		}
		finally {
			goOn.complete(7);
			slow.join();
		}
		assertThat(this.committed).containsExactly(7);
		assertThat(rows()).containsExactly(1);
		assertThat(this.changes.failure()).isEmpty();
		insert(3);
		assertThat(rows()).containsExactly(1, 3);
	}

	/** A kill before the answer is no loss. */
	@Test
	void countAsAnsweredOnceTheyAreMade() throws IOException {
		LastAnsweredChange answered = new LastAnsweredChange(this.directory);
		insert(1);
		long first = number();
		assertThat(answered.read()).hasValue(first);
		assertThatExceptionOfType(DataIntegrityViolationException.class).isThrownBy(() -> insert(1));
		assertThat(answered.read()).hasValue(first);
		this.changes.make(() -> this.jdbc.sql("insert into t values (2)").update(), (rows) -> {
			assertThat(number()).isEqualTo(first + 1);
			assertThat(new LastAnsweredChange(this.directory)).returns(OptionalLong.of(first),
					from(DurableChangesTests::read));
		});
		assertThat(answered.read()).hasValue(first + 1);
		assertThatIllegalStateException()
			.isThrownBy(() -> this.changes.make(() -> this.jdbc.sql("insert into t values (3)").update(), (rows) -> {
				throw new IllegalStateException("what is told when it is made");
			}));
		assertThat(answered.read()).as("whatever is answered then").hasValue(first + 2);
	}

	@Test
	void endWithADiskThatTakesNoNumber() throws IOException {
		Path inTheWay = Files.createDirectories(this.data.resolve("last-change.tmp").resolve("in the way"));
		assertThatExceptionOfType(ChangeRefused.class).isThrownBy(() -> insert(1))
			.withMessageContaining("the change may be lost");
		Files.delete(inTheWay);
		assertThat(this.changes.failure()).isPresent();
	}

	private static OptionalLong read(LastAnsweredChange answered) {
		try {
			return answered.read();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private long number() {
		return this.jdbc.sql("select number from last_change").query(Long.class).single();
	}

	@Test
	void needNoRoomForADatabaseThatIsThere() {
		this.usableBytes = 0;
		this.dataSource.close();
		new DatabaseFile(this.directory, new Snapshots(this.directory)).prepare();
	}

	private List<Integer> rows() {
		return this.jdbc.sql("select x from t order by x").query(Integer.class).list();
	}

}

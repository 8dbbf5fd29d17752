package io.heliograph.broker.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BatchBytesTests {

	private static final Family ROWS = new Family("rows", false);

	private static final Family QUEUE = new Family("queue", true);

	private static final byte[] KEY = "key".getBytes(UTF_8);

	@Test
	void areThoseOfRocksDb(@TempDir Path folder) throws RocksDBException {
		RocksLibrary.load(folder);
		List<ColumnFamilyDescriptor> families = List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
				new ColumnFamilyDescriptor("rows".getBytes(UTF_8)),
				new ColumnFamilyDescriptor("queue".getBytes(UTF_8)));
		List<ColumnFamilyHandle> handles = new ArrayList<>();
		try (DBOptions options = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
				RocksDB database = RocksDB.open(options, folder.toString(), families, handles);
				WriteBatch theirs = new WriteBatch()) {
			ColumnFamilyHandle rows = handles.get(1);
			ColumnFamilyHandle queue = handles.get(2);
			Batch ours = new Batch(1);
			theirs.put(KEY, new byte[300]);
			for (int length : new int[] { 0, 1, 127, 128, 16_383, 16_384, 3_000_000 }) {
				ours.put(ROWS, new byte[length], new byte[length / 2]);
				theirs.put(rows, new byte[length], new byte[length / 2]);
			}
			ours.delete(ROWS, KEY);
			theirs.delete(rows, KEY);
			ours.put(QUEUE, KEY, new byte[0]);
			theirs.put(queue, KEY, new byte[0]);
			ours.delete(QUEUE, KEY);
			theirs.singleDelete(queue, KEY);
			ours.deleteRange(ROWS, new KeyRange(KEY, new byte[] { -1 }));
			theirs.deleteRange(rows, KEY, new byte[] { -1 });
			assertThat(BatchBytes.of(ours, KEY, new byte[300], Map.of(ROWS, rows.getID(), QUEUE, queue.getID())))
				.isEqualTo(theirs.data());
			assertThat(database.isOwningHandle()).isTrue();
			handles.forEach(ColumnFamilyHandle::close);
		}
	}

	@Test
	void writeTheNumbersOfFamiliesInBytesOfSevenBits() {
		Batch batch = new Batch(1);
		batch.delete(ROWS, new byte[] { 9 });
		assertThat(BatchBytes.of(batch, new byte[0], new byte[0], Map.of(ROWS, 300))).endsWith(4, 0xac, 2, 1, 9)
			.startsWith(0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0);
	}

	@Test
	void areOfFamiliesThatTheStoreHas() {
		Batch batch = new Batch(1);
		batch.delete(ROWS, KEY);
		assertThatIllegalArgumentException().isThrownBy(() -> BatchBytes.of(batch, KEY, KEY, Map.of(QUEUE, 1)))
			.withMessageContaining("rows");
	}

}

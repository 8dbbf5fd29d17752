package io.heliograph.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.flywaydb.core.Flyway;

/**
 * Looks whether the database is as it was left, which H2 does not. It reads all of it,
 * for only what is read shows that it is damaged, and changes nothing: what is damaged
 * may be needed as it was.
 */
final class DatabaseInspection {

	/** What H2 would do, and nobody needs to. */
	private static final String RECOVERY_TOOL = " Possible solution: use the recovery tool";

	private final H2File file;

	private final Snapshots snapshots;

	private final LastAnsweredChange answered;

	DatabaseInspection(H2File file, Snapshots snapshots, LastAnsweredChange answered) {
		this.file = file;
		this.snapshots = snapshots;
		this.answered = answered;
	}

	/**
	 * @throws DataDirectoryUnusable if another program has it
	 * @throws org.flywaydb.core.api.FlywayException if it is not one of this version or
	 * an earlier one
	 */
	InspectionResult find() throws IOException {
		if (!this.file.exists()) {
			boolean first = this.snapshots.newestFirst().isEmpty() && this.answered.read().isEmpty();
			return first ? new InspectionResult.First() : new InspectionResult.Lost("it is gone");
		}
		this.file.restrict();
		try (Connection connection = this.file.connectReadOnly()) {
			return difference(read(connection)).orElseGet(this::versionOfTables);
		}
		catch (SQLException ex) {
			checkReachable(ex);
			return new InspectionResult.Lost(String.valueOf(ex.getMessage()).replace(RECOVERY_TOOL, ""));
		}
	}

	private Optional<InspectionResult> difference(Snapshot present) throws IOException {
		long last = present.change();
		Optional<Snapshot> newest = this.snapshots.newest();
		if (newest.isPresent()) {
			Snapshot kept = newest.get();
			if (last < kept.change()) {
				return Optional.of(new InspectionResult.Differing(
						"it is at change " + last + ", older than the snapshot of change " + kept.change(), last + 1));
			}
			if (last == kept.change() && kept.contradicts(present)) {
				return Optional.of(new InspectionResult.Differing(
						"its rows are not those of the snapshot of change " + last, last));
			}
		}
		OptionalLong answered = this.answered.read();
		if (answered.isPresent() && last < answered.getAsLong()) {
			return Optional.of(new InspectionResult.Differing(
					"it is at change " + last + ", and change " + answered.getAsLong() + " was made", last + 1));
		}
		return Optional.empty();
	}

	/** Looks through the opening that there is, at what was read already. */
	private InspectionResult versionOfTables() {
		Flyway flyway = this.file.flywayReadOnly();
		if (flyway.info().pending().length != 0) {
			return new InspectionResult.Outdated();
		}
		flyway.validate();
		return new InspectionResult.Fine();
	}

	/** A database that cannot be reached is not damaged. */
	private static void checkReachable(SQLException failure) throws IOException {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof FileSystemException unreachable) {
				throw unreachable;
			}
		}
	}

	private static Snapshot read(Connection connection) throws SQLException {
		List<String> script = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet lines = statement.executeQuery("script")) {
			while (lines.next()) {
				script.add(lines.getString(1));
			}
		}
		return new Snapshot(String.join("\n", script), H2File.lastChange(connection));
	}

}

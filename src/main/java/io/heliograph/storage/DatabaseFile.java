package io.heliograph.storage;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;

/**
 * The file of the database: created and migrated, or made anew if it is damaged. Whatever
 * is made is made in a file of its own, which takes the place of the present one when it
 * is whole: a start that is cut off leaves nothing half.
 */
final class DatabaseFile {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseFile.class);

	static final String NAME = "heliograph";

	private final DataDirectory directory;

	private final Snapshots snapshots;

	private final LastAnsweredChange answered;

	private final H2File present;

	/** What is to take its place. */
	private final H2File next;

	DatabaseFile(DataDirectory directory, Snapshots snapshots) {
		this.directory = directory;
		this.snapshots = snapshots;
		this.answered = new LastAnsweredChange(directory);
		this.present = new H2File(directory, NAME);
		this.next = new H2File(directory, NAME + "-next");
	}

	/**
	 * Makes the database one that can be read, is as its snapshots say, and has the
	 * tables of this version.
	 * @throws DataDirectoryUnusable if that is not possible
	 */
	PreparedDatabase prepare() {
		try {
			String rebuilt = null;
			InspectionResult found = new DatabaseInspection(this.present, this.snapshots, this.answered).find();
			if (!(found instanceof InspectionResult.Fine)) {
				checkSpace();
				rebuilt = replace(found);
			}
			return new PreparedDatabase(this.present.url(), rebuilt);
		}
		catch (FlywayException ex) {
			throw isOfAnotherVersion(ex)
					? new DataDirectoryUnusable("The database " + this.present
							+ " is not one of this version of Heliograph; "
							+ "start the version that wrote it, or set heliograph.data-dir to another directory.", ex)
					: notMigrated(ex);
		}
		catch (SQLException ex) {
			throw notMigrated(ex);
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The data directory " + this.directory.path() + " cannot be used (" + ex
					+ "); let this user read and write there, and make room if its disk is full.", ex);
		}
	}

	private static boolean isOfAnotherVersion(FlywayException failure) {
		return failure instanceof FlywayValidateException
				|| failure.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE;
	}

	private DataDirectoryUnusable notMigrated(Exception failure) {
		return new DataDirectoryUnusable(
				"The database " + this.present + " could not be brought to this version ("
						+ NestedExceptionUtils.getMostSpecificCause(failure).getMessage()
						+ ") and was left as it was; start again when that is mended, or start the version before.",
				failure);
	}

	private void checkSpace() throws IOException {
		if (this.directory.isFull()) {
			throw new DataDirectoryUnusable(this.directory.full());
		}
	}

	/**
	 * A migration, too, is made in the next file: H2 commits each of its steps. Returns
	 * what is to be told of it, if anything.
	 */
	private @Nullable String replace(InspectionResult found) throws IOException, SQLException {
		String rebuilt = null;
		if (found instanceof InspectionResult.Damaged damaged) {
			rebuilt = rebuild(damaged);
		}
		else if (found instanceof InspectionResult.Outdated) {
			this.present.copyTo(this.next);
			finishNext();
		}
		else {
			this.next.clear();
			finishNext();
		}
		this.next.replace(this.present);
		return rebuilt;
	}

	private String rebuild(InspectionResult.Damaged damaged) throws IOException, SQLException {
		String source = fillNext(damaged);
		String loss = finishNext();
		String told = "The database " + this.present + " is damaged (" + damaged.why() + "). It is made anew from "
				+ source + ": " + loss + "." + putAside();
		logger.error(told);
		return told;
	}

	/**
	 * Fills the next file from the newest whole snapshot that may take the place of the
	 * present file, else from that; returns which that was.
	 */
	private String fillNext(InspectionResult.Damaged damaged) throws IOException {
		List<String> failures = new ArrayList<>();
		for (String snapshot : this.snapshots.newestFirst()) {
			try {
				if (this.snapshots.read(snapshot).change() >= damaged.from()) {
					runScript(snapshot);
					return snapshot;
				}
			}
			catch (IOException | SQLException ex) {
				failures.add(snapshot + ": " + ex.getMessage());
			}
		}
		if (damaged instanceof InspectionResult.Lost) {
			throw new DataDirectoryUnusable("The database " + this.present + " cannot be used (" + damaged.why()
					+ "), nor be made anew from a snapshot ("
					+ (failures.isEmpty() ? "there is none" : String.join("; ", failures))
					+ "). Put a copy of the whole directory back, or set heliograph.data-dir to an empty directory "
					+ "to start anew.");
		}
		this.present.copyTo(this.next);
		return "itself";
	}

	private void runScript(String snapshot) throws IOException, SQLException {
		this.next.clear();
		try (Connection connection = this.next.connect();
				PreparedStatement run = connection.prepareStatement("runscript from ?")) {
			run.setString(1, this.directory.path().resolve(snapshot).toString());
			run.execute();
		}
	}

	/**
	 * Migrates the next file, and gives it a number of its own: a snapshot of the same
	 * number has the same rows. Returns a clause that says what it may lack.
	 */
	private String finishNext() throws IOException, SQLException {
		this.next.flyway().migrate();
		long answered = this.answered.read().orElse(0);
		long change;
		try (Connection connection = this.next.connect(); Statement statement = connection.createStatement()) {
			change = H2File.lastChange(connection);
			statement.execute("update last_change set number = " + (Math.max(change, answered) + 1));
		}
		this.next.force();
		return (change < answered) ? "the changes after change " + change + ", up to change " + answered + ", are lost"
				: "look whether the last changes to users and rules are there";
	}

	/** Keeps the present file as it is; returns a sentence that says where. */
	private String putAside() throws IOException {
		if (!this.present.exists()) {
			return "";
		}
		H2File aside = new H2File(this.directory, NAME + "-unreadable-" + System.currentTimeMillis());
		this.present.copyTo(aside);
		aside.force();
		return " The damaged file is " + aside.name();
	}

}

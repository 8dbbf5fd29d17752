package io.heliograph.storage;

/** What a start finds where the database is to be. */
sealed interface InspectionResult {

	/** It is as it was left, with the tables of this version. */
	record Fine() implements InspectionResult {
	}

	/** There never was one. */
	record First() implements InspectionResult {
	}

	/** It is as it was left, with the tables of an earlier version. */
	record Outdated() implements InspectionResult {
	}

	/** It is to be made anew. */
	sealed interface Damaged extends InspectionResult {

		/** In a clause. */
		String why();

		/** The first change whose snapshot may take its place. */
		long from();

	}

	/** It can be read, but is not as it was left. */
	record Differing(String why, long from) implements Damaged {
	}

	/** It is gone, or cannot be read: only a snapshot can take its place. */
	record Lost(String why) implements Damaged {

		@Override
		public long from() {
			return 0;
		}

	}

}

package io.heliograph.storage;

import java.util.List;

/**
 * What is in the database.
 *
 * @param script all of it as SQL
 * @param change the number of the last change
 */
record Snapshot(String script, long change) {

	/**
	 * Whether the rows of another one are not the same. Only those are compared: H2 also
	 * writes where numbers go on, which changes by itself; and only if the same version
	 * of H2 wrote both.
	 */
	boolean contradicts(Snapshot other) {
		return version().equals(other.version()) && !rows().equals(other.rows());
	}

	private String version() {
		return this.script.lines().findFirst().orElse("");
	}

	private List<String> rows() {
		return this.script.lines().filter((line) -> line.startsWith("INSERT ") || line.startsWith("(")).toList();
	}

}

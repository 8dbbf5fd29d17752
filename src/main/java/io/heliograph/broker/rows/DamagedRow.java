package io.heliograph.broker.rows;

/** A row of the store holds what no row of its kind can hold. */
public final class DamagedRow extends RuntimeException {

	private static final long serialVersionUID = 1L;

	DamagedRow(String message) {
		super(message);
	}

}

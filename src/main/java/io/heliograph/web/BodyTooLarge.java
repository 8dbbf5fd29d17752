package io.heliograph.web;

import java.io.IOException;

import org.springframework.http.ProblemDetail;
import org.springframework.util.unit.DataSize;

/** The body of a request went over the limit while it was read. */
final class BodyTooLarge extends IOException {

	private final DataSize limit;

	BodyTooLarge(DataSize limit) {
		super("the body is larger than " + limit);
		this.limit = limit;
	}

	ProblemDetail problem() {
		return problem(this.limit);
	}

	static ProblemDetail problem(DataSize limit) {
		return Problem.TOO_LARGE.detail("The body is larger than " + limit.toBytes()
				+ " bytes; send less, or raise heliograph.http.max-body-size.");
	}

}

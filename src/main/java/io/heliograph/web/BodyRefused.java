package io.heliograph.web;

import java.io.IOException;
import java.time.Duration;

import org.springframework.http.ProblemDetail;
import org.springframework.util.unit.DataSize;

/** The body of a request went over a limit while it was read. */
final class BodyRefused extends IOException {

	private final transient ProblemDetail problem;

	BodyRefused(ProblemDetail problem) {
		super(problem.getDetail());
		this.problem = problem;
	}

	ProblemDetail problem() {
		return this.problem;
	}

	static ProblemDetail tooLarge(DataSize limit) {
		return Problem.TOO_LARGE.detail("The body is larger than " + limit.toBytes()
				+ " bytes; send less, or raise heliograph.http.max-body-size.");
	}

	static ProblemDetail tooSlow(Duration timeout) {
		return Problem.TIMEOUT
			.detail("The body was not there after " + timeout.toMillis() + " ms; send it at once, or less.");
	}

	static ProblemDetail tooMany() {
		return Problem.TOO_MANY_REQUESTS.detail(BodyWaits.PER_USER
				+ " requests of this user wait for their bodies; send them at once, or fewer together.");
	}

}

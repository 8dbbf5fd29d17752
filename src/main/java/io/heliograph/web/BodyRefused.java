package io.heliograph.web;

import java.io.IOException;
import java.time.Duration;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.util.unit.DataSize;

/** The body of a request went over a limit while it was read. */
final class BodyRefused extends IOException {

	private final transient ProblemDetail problem;

	private final transient HttpHeaders headers = new HttpHeaders();

	private BodyRefused(ProblemDetail problem) {
		super(problem.getDetail());
		this.problem = problem;
	}

	ProblemDetail problem() {
		return this.problem;
	}

	/** What is answered beside the problem. */
	HttpHeaders headers() {
		return this.headers;
	}

	private BodyRefused forNow() {
		this.headers.set(HttpHeaders.RETRY_AFTER, Problem.RETRY_AFTER_SECONDS);
		return this;
	}

	static BodyRefused tooLarge(DataSize limit) {
		return new BodyRefused(Problem.TOO_LARGE.detail("The body is larger than " + limit.toBytes()
				+ " bytes; send less, or raise heliograph.http.max-body-size."));
	}

	static BodyRefused tooSlow(Duration timeout) {
		return new BodyRefused(Problem.TIMEOUT
			.detail("The body was not there after " + timeout.toMillis() + " ms; send it at once, or less."));
	}

	static BodyRefused tooManyOfUser(int limit) {
		return new BodyRefused(Problem.TOO_MANY_REQUESTS
			.detail(limit + " requests of this user wait for their bodies; send them at once, or fewer together."))
			.forNow();
	}

	static BodyRefused tooMany() {
		return new BodyRefused(
				Problem.UNAVAILABLE.detail("Too many requests wait for their bodies; send them at once, or try later."))
			.forNow();
	}

}

package io.heliograph.web;

import java.net.URI;
import java.util.Locale;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** The kinds of problems that a request can meet (RFC 9457). Their types are stable. */
public enum Problem {

	MALFORMED_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be read"),

	UNKNOWN_FIELD(HttpStatus.BAD_REQUEST, "The request holds a field that is not known"),

	UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "Who asks is not known"),

	FORBIDDEN(HttpStatus.FORBIDDEN, "Not allowed"),

	CROSS_SITE(HttpStatus.FORBIDDEN, "Not from a page of another site"),

	NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such thing"),

	METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "Not with this method"),

	NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "Not in the format that was asked for"),

	CONFLICT(HttpStatus.CONFLICT, "It contradicts what is there"),

	TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The request is too large"),

	UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The content type does not fit"),

	INVALID_VALUE(HttpStatus.UNPROCESSABLE_CONTENT, "A value is not valid"),

	UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Not at the moment"),

	INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "The server failed");

	private static final String TYPE = "urn:heliograph:problem:";

	private final HttpStatus status;

	private final String title;

	Problem(HttpStatus status, String title) {
		this.status = status;
		this.title = title;
	}

	/** The problem of a status, for failures that only have one. */
	static ProblemDetail detail(HttpStatusCode status, String detail) {
		for (Problem problem : values()) {
			if (problem.status.value() == status.value()) {
				return problem.detail(detail);
			}
		}
		return ProblemDetail.forStatusAndDetail(status, detail);
	}

	public HttpStatus status() {
		return this.status;
	}

	/**
	 * The problem as it is answered.
	 * @param detail a sentence that says what to do
	 */
	public ProblemDetail detail(String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(this.status, detail);
		problem.setType(URI.create(TYPE + name().toLowerCase(Locale.ROOT).replace('_', '-')));
		problem.setTitle(this.title);
		return problem;
	}

	/**
	 * The problem to be thrown in a controller.
	 * @param detail a sentence that says what to do
	 */
	public ErrorResponseException with(String detail) {
		return new ErrorResponseException(this.status, detail(detail), null);
	}

}

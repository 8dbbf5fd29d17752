package io.heliograph.web;

import java.net.URI;
import java.util.Locale;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** The kinds of problems that a request can meet (RFC 9457). Their types are stable. */
public enum Problem {

	MALFORMED_REQUEST(HttpStatus.BAD_REQUEST, "Malformed request"),

	UNKNOWN_FIELD(HttpStatus.BAD_REQUEST, "Unknown field or parameter"),

	UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "Not authenticated"),

	FORBIDDEN(HttpStatus.FORBIDDEN, "Forbidden"),

	CROSS_SITE(HttpStatus.FORBIDDEN, "Cross-site request"),

	NOT_FOUND(HttpStatus.NOT_FOUND, "Not found"),

	METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "Method not allowed"),

	NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "Not acceptable"),

	TIMEOUT(HttpStatus.REQUEST_TIMEOUT, "Too slow"),

	CONFLICT(HttpStatus.CONFLICT, "Conflict"),

	PRECONDITION_FAILED(HttpStatus.PRECONDITION_FAILED, "Precondition failed"),

	TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "Too large"),

	UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type"),

	MISDIRECTED(HttpStatus.MISDIRECTED_REQUEST, "Misdirected request"),

	INVALID_VALUE(HttpStatus.UNPROCESSABLE_CONTENT, "Invalid value"),

	PRECONDITION_REQUIRED(HttpStatus.PRECONDITION_REQUIRED, "Precondition required"),

	TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),

	UNKNOWN_METHOD(HttpStatus.NOT_IMPLEMENTED, "Unknown method"),

	UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Unavailable"),

	INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "Internal error");

	/** When what cannot be done now is to be tried again. */
	public static final String RETRY_AFTER_SECONDS = "5";

	/** How many characters of what was sent are repeated. */
	private static final int LONGEST_ECHO = 100;

	private static final String TYPE = "urn:heliograph:problem:";

	private final HttpStatus status;

	private final String title;

	Problem(HttpStatus status, String title) {
		this.status = status;
		this.title = title;
	}

	/**
	 * The problem with a request that cannot be served for a reason of its own status.
	 */
	static ProblemDetail malformed(int status, String detail) {
		ProblemDetail problem = MALFORMED_REQUEST.detail(detail);
		problem.setStatus(status);
		return problem;
	}

	/** The problem of a status, for failures that only have one. */
	static ProblemDetail detail(HttpStatusCode status, String detail) {
		for (Problem problem : values()) {
			if (problem.status.value() == status.value()) {
				return problem.detail(detail);
			}
		}
		return malformed(status.value(), detail);
	}

	/** What was sent, as far as an answer repeats it. */
	public static String cut(String sent) {
		return cut(sent, LONGEST_ECHO);
	}

	/**
	 * A text of somebody's, as far as it is shown or kept.
	 * @param longest how many characters that are at most
	 */
	public static String cut(String text, int longest) {
		if (text.length() <= longest) {
			return text;
		}
		boolean inCharacter = Character.isHighSurrogate(text.charAt(longest - 1));
		return text.substring(0, inCharacter ? longest - 1 : longest) + "…";
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
		ErrorResponseException exception = new ErrorResponseException(this.status, detail(detail), null);
		if (this == UNAVAILABLE) {
			exception.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
		}
		return exception;
	}

}

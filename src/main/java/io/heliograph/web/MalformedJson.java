package io.heliograph.web;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

import org.springframework.http.ProblemDetail;

/** JSON that cannot be read. */
public final class MalformedJson {

	private MalformedJson() {
	}

	/**
	 * The problem with it, and where it is if that is known. What the parser says of it
	 * is not repeated: it holds what was sent, which may be a password.
	 */
	public static ProblemDetail problem(JacksonException failure) {
		TokenStreamLocation location = failure.getLocation();
		String where = (location != null) ? " at line " + location.getLineNr() + ", column " + location.getColumnNr()
				: "";
		return Problem.MALFORMED_REQUEST.detail("The body is not valid JSON" + where + ": " + why(failure) + ".");
	}

	private static String why(JacksonException failure) {
		if (failure instanceof UnexpectedEndOfInputException) {
			return "it ends before it is whole";
		}
		if (failure instanceof StreamConstraintsException) {
			return "it is nested too deeply, or a name or a number is too long";
		}
		return failure.getOriginalMessage().startsWith("Duplicate") ? "a field stands twice"
				: "something else is expected there";
	}

}

package io.heliograph.web;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

import org.springframework.http.ProblemDetail;

/** JSON that cannot be read. */
public final class MalformedJson {

	private MalformedJson() {
	}

	/** The problem with it, and where it is if that is known. */
	public static ProblemDetail problem(JacksonException failure) {
		TokenStreamLocation location = failure.getLocation();
		String where = (location != null) ? " at line " + location.getLineNr() + ", column " + location.getColumnNr()
				: "";
		return Problem.MALFORMED_REQUEST.detail("The body is not valid JSON" + where + ": "
		// what follows names the parser's own objects
				+ failure.getOriginalMessage().replaceAll("(?s)\\s*\\(start marker at.*", "") + ".");
	}

}

package io.heliograph.web;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/** Writes a problem where no controller is involved. */
@Component
public final class ProblemWriter {

	private static final int LONGEST_PATH = 200;

	private final JsonMapper mapper;

	ProblemWriter(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/** Answers the request with a problem. */
	public void write(HttpServletRequest request, HttpServletResponse response, ProblemDetail problem)
			throws IOException {
		problem.setInstance(instance(request.getRequestURI()));
		byte[] body = this.mapper.writeValueAsString(problem).getBytes(StandardCharsets.UTF_8);
		response.setStatus(problem.getStatus());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	/** The path may be none that a URI can hold. Of a long one this is the beginning. */
	static @Nullable URI instance(@Nullable String path) {
		try {
			return (path != null) ? new URI(beginning(path)) : null;
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	private static String beginning(String path) {
		// no half of an escape
		return (path.length() > LONGEST_PATH) ? path.substring(0, LONGEST_PATH).replaceFirst("%.?$", "") : path;
	}

}

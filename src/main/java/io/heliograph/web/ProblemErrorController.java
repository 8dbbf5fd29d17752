package io.heliograph.web;

import java.time.Duration;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with a problem what failed outside of any controller. */
@RestController
final class ProblemErrorController implements ErrorController {

	private final Duration silence;

	/**
	 * Makes one.
	 * @param silence how long Tomcat waits for more of a body
	 */
	ProblemErrorController(@Value("${server.tomcat.connection-timeout}") Duration silence) {
		this.silence = silence;
	}

	@RequestMapping("/error")
	ResponseEntity<ProblemDetail> error(HttpServletRequest request) {
		Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		HttpStatus known = (code instanceof Integer number) ? HttpStatus.resolve(number) : null;
		HttpStatus status = (known != null) ? known : HttpStatus.NOT_FOUND;
		ProblemDetail problem = Problem.detail(status, detail(status));
		problem.setInstance(ProblemWriter.instance(path(request)));
		return ResponseEntity.status(status).body(problem);
	}

	private String detail(HttpStatus status) {
		return switch (status) {
			case BAD_REQUEST -> "The body ended before it was whole, or its chunks are not valid.";
			case REQUEST_TIMEOUT ->
				"The body stopped for " + this.silence.toSeconds() + " s; send it at once, or less.";
			default -> status.is5xxServerError() ? "Look into the server's log at this time, and report it."
					: "The request cannot be served as it is.";
		};
	}

	private static @Nullable String path(HttpServletRequest request) {
		return (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String path) ? path
				: request.getRequestURI();
	}

}

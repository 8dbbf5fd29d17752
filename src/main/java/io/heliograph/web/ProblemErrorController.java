package io.heliograph.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with a problem what failed outside of any controller. */
@RestController
final class ProblemErrorController implements ErrorController {

	@RequestMapping("/error")
	ResponseEntity<ProblemDetail> error(HttpServletRequest request) {
		Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		HttpStatus known = (code instanceof Integer number) ? HttpStatus.resolve(number) : null;
		HttpStatus status = (known != null) ? known : HttpStatus.NOT_FOUND;
		ProblemDetail problem = Problem.detail(status, status.is5xxServerError()
				? "Look into the server's log at this time, and report it." : "The request cannot be served as it is.");
		return ResponseEntity.status(status).body(problem);
	}

}

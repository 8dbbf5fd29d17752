package io.heliograph.web;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/**
 * Answers with a problem what is else refused with a page, as Tomcat does, or with
 * nothing, as the health of a component that is not there.
 */
@Component
final class TomcatProblems implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private static final Logger logger = LoggerFactory.getLogger(TomcatProblems.class);

	private static final String NOT_VALID = "The request is not valid HTTP; check its first line, "
			+ "path and headers, which may have 8 KB together.";

	private final ProblemWriter problems;

	TomcatProblems(ProblemWriter problems) {
		this.problems = problems;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.addContextCustomizers((context) -> context.getParent().getPipeline().addValve(new Valve()));
	}

	private static ProblemDetail problem(int status) {
		return switch (status) {
			case HttpServletResponse.SC_NOT_FOUND -> Problem.NOT_FOUND.detail(ProblemHandler.NOTHING_HERE);
			case HttpServletResponse.SC_METHOD_NOT_ALLOWED ->
				Problem.METHOD_NOT_ALLOWED.detail("This method is not served; use GET, POST, PUT or DELETE.");
			case HttpServletResponse.SC_INTERNAL_SERVER_ERROR ->
				Problem.INTERNAL.detail("The request could not be served; look into the log.");
			// not for its method: that is refused elsewhere
			case HttpServletResponse.SC_NOT_IMPLEMENTED -> Problem.malformed(status, NOT_VALID);
			default -> Problem.detail(HttpStatusCode.valueOf(status), NOT_VALID);
		};
	}

	private final class Valve extends ErrorReportValve {

		@Override
		protected void report(Request request, Response response, @Nullable Throwable failure) {
			int status = response.getStatus();
			if (status < 400 || response.getContentWritten() > 0) {
				return;
			}
			try {
				TomcatProblems.this.problems.write(request.getRequest(), response.getResponse(), problem(status));
			}
			catch (IOException ex) {
				logger.debug("A client went away", ex);
			}
		}

	}

}

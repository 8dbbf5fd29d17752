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
import org.springframework.stereotype.Component;

/**
 * Answers with a problem what is else refused with a page, as Tomcat does, or with
 * nothing, as the health of a component that is not there.
 */
@Component
final class TomcatProblems implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private static final Logger logger = LoggerFactory.getLogger(TomcatProblems.class);

	private final ProblemWriter problems;

	TomcatProblems(ProblemWriter problems) {
		this.problems = problems;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.addContextCustomizers((context) -> context.getParent().getPipeline().addValve(new Valve()));
	}

	private static String detail(int status) {
		return (status == HttpServletResponse.SC_NOT_FOUND) ? ProblemHandler.NOTHING_HERE
				: "The request is not valid HTTP; check its first line, path and headers, which may have 8 KB together.";
	}

	private final class Valve extends ErrorReportValve {

		@Override
		protected void report(Request request, Response response, @Nullable Throwable failure) {
			int status = response.getStatus();
			if (status < 400 || response.getContentWritten() > 0) {
				return;
			}
			try {
				TomcatProblems.this.problems.write(request.getRequest(), response.getResponse(),
						Problem.detail(HttpStatusCode.valueOf(status), detail(status)));
			}
			catch (IOException ex) {
				logger.debug("A client went away", ex);
			}
		}

	}

}

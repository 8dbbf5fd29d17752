package io.heliograph.web;

import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Collectors;

import org.apache.coyote.BadRequestException;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers every failed request with a problem. */
@RestControllerAdvice
final class ProblemHandler extends ResponseEntityExceptionHandler {

	private static final Logger logger = LoggerFactory.getLogger(ProblemHandler.class);

	static final String NOTHING_HERE = "There is nothing at this path.";

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		if (ex.getMostSpecificCause() instanceof BodyRefused refused) {
			return handle(refused, request);
		}
		if (ex.getMostSpecificCause() instanceof ErrorResponse refused) {
			return answer(ex, refused.getBody(), headers, request);
		}
		return answer(ex, unreadable(ex.getCause()), headers, request);
	}

	private static ProblemDetail unreadable(@Nullable Throwable cause) {
		if (cause instanceof UnrecognizedPropertyException unknown) {
			return Problem.UNKNOWN_FIELD.detail("There is no field '" + Problem.cut(unknown.getPropertyName())
					+ "'. Known are " + names(unknown.getKnownPropertyIds()) + ".");
		}
		if (cause instanceof InvalidFormatException invalid) {
			return Problem.INVALID_VALUE.detail("The value '" + Problem.cut(String.valueOf(invalid.getValue()))
					+ "' of '" + path(invalid) + "' is not valid" + choices(invalid.getTargetType()) + ".");
		}
		if (cause instanceof DatabindException wrong) {
			if (wrong.getPath().isEmpty()) {
				return Problem.MALFORMED_REQUEST.detail("The body is something else; send one JSON object.");
			}
			Class<?> type = (wrong instanceof MismatchedInputException mismatched) ? mismatched.getTargetType() : null;
			return Problem.INVALID_VALUE
				.detail("The value of '" + path(wrong) + "' is of the wrong type" + choices(type) + ".");
		}
		if (cause instanceof JacksonException broken) {
			return MalformedJson.problem(broken);
		}
		return Problem.MALFORMED_REQUEST.detail("The body is missing or cannot be read; send one JSON object.");
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException ex, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		boolean number = ex.getRequiredType() == long.class || ex.getRequiredType() == int.class;
		return answer(ex,
				Problem.MALFORMED_REQUEST.detail("The value '" + Problem.cut(String.valueOf(ex.getValue())) + "' of '"
						+ ex.getPropertyName() + "' is not valid" + (number ? "; give a whole number." : ".")),
				headers, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
			HttpRequestMethodNotSupportedException ex, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return answer(ex,
				Problem.METHOD_NOT_ALLOWED.detail("Use another method here: "
						+ String.join(", ", Objects.requireNonNullElse(ex.getSupportedMethods(), new String[0])) + "."),
				headers, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(HttpMediaTypeNotSupportedException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return answer(ex, Problem.UNSUPPORTED_MEDIA_TYPE.detail("Send 'Content-Type: application/json'."), headers,
				request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotAcceptable(HttpMediaTypeNotAcceptableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return answer(ex, Problem.NOT_ACCEPTABLE.detail("Accept application/json."), headers, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleNoHandlerFoundException(NoHandlerFoundException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return answer(ex, Problem.NOT_FOUND.detail(NOTHING_HERE), headers, request);
	}

	private static String names(@Nullable Collection<Object> names) {
		return (names == null) ? "none"
				: names.stream().map(Objects::toString).sorted().collect(Collectors.joining(", "));
	}

	private static String path(DatabindException ex) {
		return ex.getPath()
			.stream()
			.map((step) -> (step.getPropertyName() != null) ? step.getPropertyName() : "[" + step.getIndex() + "]")
			.collect(Collectors.joining("."));
	}

	private static String choices(@Nullable Class<?> type) {
		if (type == Boolean.class) {
			return "; give true or false";
		}
		if (type == String.class) {
			return "; give a string";
		}
		if (type != null && Collection.class.isAssignableFrom(type)) {
			return "; give a list, as [\"a\", \"b\"]";
		}
		Object[] constants = (type != null) ? type.getEnumConstants() : null;
		if (constants == null) {
			return "";
		}
		return "; give one of " + Arrays.stream(constants).map(Object::toString).collect(Collectors.joining(", "));
	}

	@Override
	protected ResponseEntity<Object> createResponseEntity(@Nullable Object body, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		if (!(body instanceof ProblemDetail problem)) {
			return new ResponseEntity<>(body, headers, status);
		}
		boolean typed = problem.getType() != null && !problem.getType().toString().equals("about:blank");
		ProblemDetail answer = typed ? problem
				: Problem.detail(status, Objects.requireNonNullElse(problem.getDetail(), "See the documentation."));
		// Spring would repeat the whole path
		if (request instanceof ServletWebRequest servlet) {
			answer.setInstance(ProblemWriter.instance(servlet.getRequest().getRequestURI()));
		}
		return new ResponseEntity<>(answer, headers, status);
	}

	@ExceptionHandler
	@Nullable ResponseEntity<Object> handle(BodyRefused ex, WebRequest request) {
		return answer(ex, ex.problem(), ex.headers(), request);
	}

	@ExceptionHandler
	@Nullable ResponseEntity<Object> handle(InvalidParameterException ex, WebRequest request) {
		return answer(ex, Problem.MALFORMED_REQUEST.detail("The query cannot be read; escape its values as UTF-8."),
				new HttpHeaders(), request);
	}

	/**
	 * The client went away, or sent nothing more, or chunks that are none: Tomcat has
	 * refused it, and has it answered by {@link ProblemErrorController}.
	 */
	@ExceptionHandler({ ClientAbortException.class, BadRequestException.class })
	void handleBrokenRequest() {
		// nothing is left to do
	}

	@ExceptionHandler
	@Nullable ResponseEntity<Object> handle(Exception ex, WebRequest request) {
		logger.error("A request failed", ex);
		return answer(ex, Problem.INTERNAL.detail("Look into the server's log at this time, and report it."),
				new HttpHeaders(), request);
	}

	/**
	 * Tomcat has refused a body that it cannot read before any of our code knows, and a
	 * client must not fill the log with that.
	 */
	@Override
	protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception ex, @Nullable Object body,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		boolean answered = request instanceof ServletWebRequest servlet && servlet.getResponse() != null
				&& servlet.getResponse().isCommitted();
		return answered ? null : super.handleExceptionInternal(ex, body, headers, status, request);
	}

	private @Nullable ResponseEntity<Object> answer(Exception ex, ProblemDetail problem, HttpHeaders headers,
			WebRequest request) {
		return handleExceptionInternal(ex, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
	}

}

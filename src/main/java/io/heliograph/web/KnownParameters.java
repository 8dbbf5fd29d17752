package io.heliograph.web;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses parameters that the method which answers does not name with
 * {@link RequestParam}, and those that are given twice, which Spring would join.
 */
@Configuration(proxyBeanMethods = false)
class KnownParameters implements WebMvcConfigurer, HandlerInterceptor {

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this).addPathPatterns("/api/**");
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		Map<String, String[]> parameters = request.getParameterMap();
		if (handler instanceof HandlerMethod method && !parameters.isEmpty()) {
			check(parameters, known(method));
		}
		return true;
	}

	private static List<String> known(HandlerMethod method) {
		return Stream.of(method.getMethodParameters())
			.filter((parameter) -> parameter.hasParameterAnnotation(RequestParam.class))
			.map(KnownParameters::name)
			.sorted()
			.toList();
	}

	private static String name(MethodParameter parameter) {
		String given = Objects.requireNonNull(parameter.getParameterAnnotation(RequestParam.class)).name();
		return given.isEmpty() ? parameter.getParameter().getName() : given;
	}

	private static void check(Map<String, String[]> parameters, List<String> known) {
		parameters.forEach((name, values) -> {
			if (!known.contains(name)) {
				throw Problem.UNKNOWN_FIELD
					.with("There is no parameter '" + Problem.cut(name) + "'. " + (known.isEmpty()
							? "This takes none in the query." : "Known are " + String.join(", ", known) + "."));
			}
			if (values.length > 1) {
				throw Problem.INVALID_VALUE.with("The parameter '" + name + "' stands more than once in the query.");
			}
		});
	}

}

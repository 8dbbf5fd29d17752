package io.heliograph.web;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Refuses parameters of a GET or HEAD that its method does not name. */
@Configuration(proxyBeanMethods = false)
class KnownParameters implements WebMvcConfigurer, HandlerInterceptor {

	private static final Set<String> READING = Set.of("GET", "HEAD");

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this).addPathPatterns("/api/**");
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (handler instanceof HandlerMethod method && READING.contains(request.getMethod())) {
			List<String> known = Stream.of(method.getMethodParameters())
				.filter((parameter) -> parameter.hasParameterAnnotation(RequestParam.class))
				.map((parameter) -> Objects.requireNonNull(parameter.getParameter().getName()))
				.sorted()
				.toList();
			for (String name : request.getParameterMap().keySet()) {
				if (!known.contains(name)) {
					throw Problem.UNKNOWN_FIELD.with("There is no parameter '" + ProblemHandler.cut(name)
							+ "'. Known are " + (known.isEmpty() ? "none" : String.join(", ", known)) + ".");
				}
			}
		}
		return true;
	}

}

package io.heliograph.testing;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.context.ApplicationContext;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * What the server answers over HTTP.
 *
 * @param method as in {@code GET}
 * @param path with variables, as in {@code /api/admin/users/{name}}
 */
public record Endpoint(String method, String path) {

	/** Where the container has errors answered; who asks for it finds nothing there. */
	private static final String ERRORS = "/error";

	/** Reads one from a text such as {@code GET /api/admin/users}. */
	public static Endpoint of(String text) {
		String[] parts = text.split(" ");
		if (parts.length != 2) {
			throw new IllegalArgumentException("no method and path: " + text);
		}
		return new Endpoint(parts[0], parts[1]);
	}

	/** All that there are, those of health among them. */
	static Set<Endpoint> of(ApplicationContext context) {
		Set<Endpoint> endpoints = new LinkedHashSet<>();
		context.getBeansOfType(HandlerMapping.class).values().forEach((mapping) -> {
			if (mapping instanceof RequestMappingInfoHandlerMapping methods) {
				methods.getHandlerMethods().keySet().stream().flatMap(Endpoint::of).forEach(endpoints::add);
			}
			else if (!isEmpty(mapping)) {
				throw new IllegalStateException("this mapping is not known here: " + mapping);
			}
		});
		return endpoints;
	}

	private static boolean isEmpty(HandlerMapping mapping) {
		return (mapping instanceof AbstractUrlHandlerMapping urls && urls.getHandlerMap().isEmpty())
				|| (mapping instanceof RouterFunctionMapping functions && functions.getRouterFunction() == null);
	}

	private static Stream<Endpoint> of(RequestMappingInfo mapping) {
		Set<RequestMethod> methods = mapping.getMethodsCondition().getMethods();
		return mapping.getPatternValues()
			.stream()
			.filter((path) -> !path.equals(ERRORS))
			.flatMap((path) -> (methods.isEmpty() ? Stream.of(RequestMethod.values()) : methods.stream())
				.map((method) -> new Endpoint(method.name(), path)));
	}

	/** Whether it is for looking only. */
	public boolean reads() {
		return this.method.equals("GET") || this.method.equals("HEAD");
	}

	@Override
	public String toString() {
		return this.method + " " + this.path;
	}

}

package io.heliograph.web;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;

/**
 * Ends the connection of who is not logged in with the first answer. Who reads no answers
 * would else have as many of them written as he asks for, with a thread that waits.
 */
@Configuration(proxyBeanMethods = false)
class Strangers {

	/** Whoever asks is a stranger until it is known who it is. */
	@Bean
	FilterRegistrationBean<Filter> closedConnections() {
		return filter(Ordered.HIGHEST_PRECEDENCE, (request, response, chain) -> {
			((HttpServletResponse) response).setHeader(HttpHeaders.CONNECTION, "close");
			chain.doFilter(request, response);
		});
	}

	/** Comes after those of Spring Security. */
	@Bean
	FilterRegistrationBean<Filter> keptConnections() {
		return filter(Ordered.LOWEST_PRECEDENCE, (request, response, chain) -> {
			if (((HttpServletRequest) request).getUserPrincipal() != null) {
				((HttpServletResponse) response).setHeader(HttpHeaders.CONNECTION, null);
			}
			chain.doFilter(request, response);
		});
	}

	private static FilterRegistrationBean<Filter> filter(int order, Filter filter) {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
		registration.setOrder(order);
		return registration;
	}

}

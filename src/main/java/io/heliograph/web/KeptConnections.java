package io.heliograph.web;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.AccessLog;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;

/**
 * Ends the connection of who is not logged in with the first answer. Who reads no answers
 * would else have as many of them written as he asks for, with a thread that waits. Where
 * threads are scarce, everybody gets one answer of a connection: who sends many requests
 * at once has a thread until all of them are answered.
 */
@Configuration(proxyBeanMethods = false)
class KeptConnections {

	/** Comes before all that answers, what Tomcat refuses by itself among it. */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> closedConnections() {
		return (factory) -> factory.addEngineValves(new ClosingValve());
	}

	/** Comes after those of Spring Security. */
	@Bean
	FilterRegistrationBean<Filter> keepingFilter(RequestThreads threads) {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
			if (((HttpServletRequest) request).getUserPrincipal() != null && !threads.areScarce()) {
				((HttpServletResponse) response).setHeader(HttpHeaders.CONNECTION, null);
			}
			chain.doFilter(request, response);
		});
		registration.setOrder(Ordered.LOWEST_PRECEDENCE);
		return registration;
	}

	/** Whoever asks is a stranger until it is known who it is. */
	private static final class ClosingValve extends ValveBase implements AccessLog {

		ClosingValve() {
			// requests may be answered by another thread
			super(true);
		}

		@Override
		public void invoke(Request request, Response response) throws IOException, ServletException {
			// an answer that comes later passes here again, and not by the filter
			if (!request.isAsyncDispatching()) {
				response.setHeader(HttpHeaders.CONNECTION, "close");
			}
			getNext().invoke(request, response);
		}

		/** Comes too late for all but OPTIONS *, which Tomcat answers without a valve. */
		@Override
		public void log(Request request, Response response, long nanos) {
			response.setHeader(HttpHeaders.CONNECTION, "close");
		}

		@Override
		public void setRequestAttributesEnabled(boolean enabled) {
			// nothing is written that could have them
		}

		@Override
		public boolean getRequestAttributesEnabled() {
			return false;
		}

	}

}

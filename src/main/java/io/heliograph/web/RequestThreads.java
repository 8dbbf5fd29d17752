package io.heliograph.web;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;

import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * The threads that serve HTTP, and how many of them at most may wait for what, so that
 * some are left to what waits for nothing. Thread-safe.
 */
@Component
public final class RequestThreads implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private final List<Connector> connectors = new ArrayList<>();

	private final int all;

	RequestThreads(TomcatServerProperties tomcat) {
		this.all = tomcat.getThreads().getMax();
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.addConnectorCustomizers(this.connectors::add);
	}

	/** How many may wait for passwords that are checked. */
	public int forPasswords() {
		return share(4);
	}

	/** How many may wait for the bodies of one user. */
	int forBodiesOfUser() {
		return share(4);
	}

	/** How many may wait for the bodies of all users. */
	int forBodies() {
		return share(2);
	}

	/** How many may wait for the ends of bodies that nobody reads. */
	int forUnreadBodies() {
		return share(12);
	}

	/** Whether more than half of them are busy, or asked for. */
	boolean areScarce() {
		return this.connectors.stream().mapToInt(RequestThreads::busy).sum() > share(2);
	}

	private static int busy(Connector connector) {
		Executor executor = connector.getProtocolHandler().getExecutor();
		return (executor instanceof ThreadPoolExecutor threads) ? threads.getSubmittedCount() : 0;
	}

	private int share(int part) {
		return this.all / part;
	}

}

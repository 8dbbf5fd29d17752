package io.heliograph.web;

import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** How Tomcat reads requests. */
@Component
final class ConnectorRules implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.addConnectorCustomizers(ConnectorRules::customize);
	}

	private static void customize(Connector connector) {
		// a header or an end of chunks that drips is one read, which has no other end
		connector.setProperty("maxExtensionSize", "0");
		connector.setProperty("maxTrailerSize", "8");
		// who asks whether to send a body is told so when it is read, and not before
		connector.setProperty("continueResponseTiming", "onRead");
		// parameters are those of the query; for those of a form, its body would be read
		connector.setParseBodyMethods("");
		// a name in a path may hold them; they do not end its segment
		connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
		connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
	}

}

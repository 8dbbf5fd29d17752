package io.heliograph.account;

import java.util.List;
import java.util.Set;

import io.heliograph.web.Problem;
import io.heliograph.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * Refuses paths that could be read in more than one way. Below one path names are what
 * devices call themselves, and may hold any character, escaped: paths are matched segment
 * by segment before that is undone.
 */
@Configuration(proxyBeanMethods = false)
class RequestFirewall {

	private static final String ANY_NAMES = "/api/devices/";

	@Bean
	HttpFirewall firewall() {
		StrictHttpFirewall ofNames = new StrictHttpFirewall();
		ofNames.getEncodedUrlBlocklist().retainAll(Set.of("//", ";", "%2e", "%2E", "%00"));
		ofNames.getDecodedUrlBlocklist().retainAll(Set.of("//", "\0"));
		return new StrictHttpFirewall() {

			@Override
			public FirewalledRequest getFirewalledRequest(HttpServletRequest request) {
				return request.getRequestURI().startsWith(ANY_NAMES) ? ofNames.getFirewalledRequest(request)
						: super.getFirewalledRequest(request);
			}

		};
	}

	@Bean
	RequestRejectedHandler rejectedRequests(ProblemWriter problems) {
		return (request, response, rejection) -> problems.write(request, response, isKnown(request.getMethod())
				? Problem.MALFORMED_REQUEST
					.detail("The path is not in its plain form; leave out what is doubled or escaped without need, "
							+ "and ; (in the name of a device it is %3B).")
				: Problem.UNKNOWN_METHOD.detail("There is no such method; use GET, POST, PUT, PATCH or DELETE."));
	}

	private static boolean isKnown(String method) {
		return List.of(HttpMethod.values()).contains(HttpMethod.valueOf(method));
	}

}

package io.heliograph.web;

import java.io.IOException;
import java.net.InetAddress;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests for a host that this is not, before anything else is told. Whoever
 * owns a name can make it lead to 127.0.0.1 after a browser has loaded a page of its: to
 * the browser, this server is then the site of that page, which may ask for all that is
 * there and read the answers. Where only this computer can reach the server, nobody else
 * has a reason to ask for it by another name than its own; behind a proxy, that of the
 * proxy is a setting.
 * <p>
 * A server at another address has names that it cannot know, and whoever owns a page can
 * mostly reach it without a browser; so any host is taken there until there is a setting.
 * A request without the header is taken, too: only HTTP/1.0 may have none, and no browser
 * sends that.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class HostCheck extends OncePerRequestFilter {

	private final boolean any;

	private final HostNames names;

	private final ProblemWriter problems;

	HostCheck(ServerProperties server, HttpSettings settings, ProblemWriter problems) {
		this.any = !isLoopback(server.getAddress()) && settings.allowedHosts().isEmpty();
		this.names = HostNames.withLoopback(settings.allowedHosts());
		this.problems = problems;
	}

	/** No address stands for all. */
	private static boolean isLoopback(@Nullable InetAddress address) {
		return address != null && address.isLoopbackAddress();
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String host = request.getHeader(HttpHeaders.HOST);
		if (this.any || host == null || this.names.contain(host)) {
			chain.doFilter(request, response);
			return;
		}
		this.problems.write(request, response,
				Problem.MISDIRECTED.detail("The host '" + Problem.cut(host)
						+ "' is not served here; ask for localhost or 127.0.0.1, or add the name to "
						+ "heliograph.http.allowed-hosts."));
	}

}

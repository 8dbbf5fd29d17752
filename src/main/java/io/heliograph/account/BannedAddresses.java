package io.heliograph.account;

import java.io.IOException;
import java.net.InetAddress;

import io.heliograph.web.Problem;
import io.heliograph.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses requests from networks that are banned, before it is asked who makes them. */
final class BannedAddresses extends OncePerRequestFilter {

	private final BanList bans;

	private final Denials denials;

	private final ProblemWriter problems;

	BannedAddresses(BanList bans, Denials denials, ProblemWriter problems) {
		this.bans = bans;
		this.denials = denials;
		this.problems = problems;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		InetAddress address;
		try {
			address = CallerDetails.of(request).address();
		}
		catch (IllegalArgumentException ex) {
			this.problems.write(request, response, Problem.MALFORMED_REQUEST
				.detail("What a proxy gives as the address of the client is none; look at its X-Forwarded-For."));
			return;
		}
		if (this.bans.covers(address)) {
			this.denials.count(Refusal.login(null, address, Refusal.Reason.BANNED));
			this.problems.write(request, response,
					Problem.FORBIDDEN.detail("The address that this comes from is banned."));
			return;
		}
		chain.doFilter(request, response);
	}

}

package io.heliograph.account;

import java.io.IOException;

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

	private final ProblemWriter problems;

	BannedAddresses(BanList bans, ProblemWriter problems) {
		this.bans = bans;
		this.problems = problems;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.bans.covers(CallerDetails.of(request).address())) {
			this.problems.write(request, response,
					Problem.FORBIDDEN.detail("The address that this comes from is banned."));
			return;
		}
		chain.doFilter(request, response);
	}

}

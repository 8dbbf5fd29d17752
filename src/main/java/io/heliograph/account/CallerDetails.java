package io.heliograph.account;

import java.net.InetAddress;
import java.net.UnknownHostException;

import jakarta.servlet.http.HttpServletRequest;

/**
 * What a request says of who makes it beside the credentials.
 *
 * @param address where it comes from
 */
record CallerDetails(InetAddress address) {

	static CallerDetails of(HttpServletRequest request) {
		try {
			// the container gives an address, for which nobody is asked
			return new CallerDetails(InetAddress.getByName(request.getRemoteAddr()));
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException("no address: " + request.getRemoteAddr(), ex);
		}
	}

}

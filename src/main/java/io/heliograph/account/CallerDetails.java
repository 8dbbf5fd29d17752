package io.heliograph.account;

import java.net.InetAddress;

import jakarta.servlet.http.HttpServletRequest;

/**
 * What a request says of who makes it beside the credentials.
 *
 * @param address where it comes from
 */
record CallerDetails(InetAddress address) {

	/**
	 * @throws IllegalArgumentException if a proxy said that it comes from what is no
	 * address
	 */
	static CallerDetails of(HttpServletRequest request) {
		String address = request.getRemoteAddr();
		int zone = address.indexOf('%');
		return new CallerDetails(Network.parseAddress((zone < 0) ? address : address.substring(0, zone)));
	}

}

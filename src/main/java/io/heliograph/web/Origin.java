package io.heliograph.web;

import java.net.URI;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The site of the page that makes a browser send a request.
 *
 * @param value the header Origin, as in {@code https://example.com}
 */
public record Origin(String value) {

	/**
	 * Whether the page came from where the request goes.
	 * @param host the header Host of the request
	 */
	public boolean isSameHost(@Nullable String host) {
		try {
			String authority = URI.create(this.value).getAuthority();
			return authority != null && host != null
					&& authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}

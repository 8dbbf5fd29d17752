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

	/** As a browser writes it, or null if it is none that a page can have. */
	public @Nullable String canonical() {
		URI uri = uri();
		if (uri == null || uri.getScheme() == null || uri.getHost() == null) {
			return null;
		}
		String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
		boolean ofScheme = uri.getPort() < 0 || (uri.getPort() == 443 && scheme.equals("https"))
				|| (uri.getPort() == 80 && scheme.equals("http"));
		return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (ofScheme ? "" : ":" + uri.getPort());
	}

	/**
	 * Whether the page came from where the request goes.
	 * @param host the header Host of the request
	 */
	public boolean isSameHost(@Nullable String host) {
		URI uri = uri();
		String authority = (uri != null) ? uri.getAuthority() : null;
		return authority != null && host != null
				&& authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
	}

	private @Nullable URI uri() {
		try {
			return URI.create(this.value);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}

package io.heliograph.web;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The site of the page that makes a browser send a request.
 *
 * @param value the header Origin, as in {@code https://example.com}
 */
public record Origin(String value) {

	private static final Pattern AUTHORITY = Pattern
		.compile("(?<host>\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:(?<port>\\d{1,5}))?");

	private static final Map<String, String> PORTS = Map.of("http", "80", "https", "443");

	/** As a browser writes it, or null if it is none that a page can have. */
	public @Nullable String canonical() {
		URI uri = uri();
		if (uri == null || uri.getScheme() == null || uri.getRawAuthority() == null) {
			return null;
		}
		// not the host of the URI, which has none where its name holds an underscore
		Matcher authority = AUTHORITY.matcher(uri.getRawAuthority().toLowerCase(Locale.ROOT));
		if (!authority.matches()) {
			return null;
		}
		String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
		String port = authority.group("port");
		boolean ofScheme = port == null || port.equals(PORTS.get(scheme));
		return scheme + "://" + authority.group("host") + (ofScheme ? "" : ":" + port);
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

package io.heliograph.web;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names by which a server is asked for: those of loopback, and others.
 *
 * @param others in the form of {@link #canonical}
 */
record HostNames(Set<String> others) {

	private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

	private static final Pattern LOOPBACK = Pattern
		.compile("localhost|127\\.%1$s\\.%1$s\\.%1$s|\\[::1]".formatted(OCTET));

	private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+]");

	private static final Pattern PORT = Pattern.compile(":\\d*$");

	HostNames {
		others = Set.copyOf(others);
	}

	/**
	 * Adds names to those of loopback.
	 * @throws IllegalArgumentException if one of them is none
	 */
	static HostNames withLoopback(Iterable<String> others) {
		Set<String> names = new HashSet<>();
		for (String other : others) {
			String name = withoutDot(other.strip().toLowerCase(Locale.ROOT));
			if (!NAME.matcher(name).matches()) {
				throw new IllegalArgumentException("allowed-hosts has '" + other
						+ "'; give names without scheme and port, such as push.example.com, or addresses, such as "
						+ "192.0.2.1 or [2001:db8::1].");
			}
			names.add(name);
		}
		return new HostNames(names);
	}

	/**
	 * Whether one of them is asked for.
	 * @param host a header Host, with or without a port
	 */
	boolean contain(String host) {
		String name = canonical(host);
		return LOOPBACK.matcher(name).matches() || this.others.contains(name);
	}

	/** In lower case, without a port and without the dot at the end of a full name. */
	private static String canonical(String host) {
		return withoutDot(PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst(""));
	}

	private static String withoutDot(String name) {
		return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
	}

}

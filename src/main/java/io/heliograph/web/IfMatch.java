package io.heliograph.web;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** The header If-Match: which version of a resource the caller wants to change. */
public final class IfMatch {

	private static final Pattern TAGS = Pattern.compile("\\s*(W/)?\"([^\"]*)\"\\s*(,|$)");

	private final @Nullable List<String> versions;

	private IfMatch(@Nullable List<String> versions) {
		this.versions = versions;
	}

	/**
	 * Reads the header, which must be there: what was changed by another since it was
	 * read would else be lost.
	 * @param path where the version is to be had
	 */
	public static IfMatch of(@Nullable String header, String path) {
		if (header == null) {
			throw Problem.PRECONDITION_REQUIRED
				.with("Send the ETag of GET " + path + " as If-Match, or '*' for whatever is there.");
		}
		return header.strip().equals("*") ? new IfMatch(null) : new IfMatch(versions(header));
	}

	private static List<String> versions(String header) {
		Matcher tags = TAGS.matcher(header);
		List<String> versions = new ArrayList<>();
		int end = 0;
		while (end < header.length() && tags.find(end) && tags.start() == end) {
			// a weak one says that something else may be as good, not that it is the same
			if (tags.group(1) == null) {
				versions.add(tags.group(2));
			}
			end = tags.end();
		}
		if (end < header.length() || header.isEmpty()) {
			throw Problem.MALFORMED_REQUEST.with("The header If-Match is not valid; send an ETag in its quotes.");
		}
		return versions;
	}

	/** Whether it is the version, or one of those, that the caller wants to change. */
	public boolean matches(String version) {
		return this.versions == null || this.versions.contains(version);
	}

	/** How a version stands in the header ETag. */
	public static String tag(String version) {
		return '"' + version + '"';
	}

}

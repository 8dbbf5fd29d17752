package io.heliograph.account;

import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

/** What a request must have. */
final class Required {

	private Required() {
	}

	/** Returns the value of a field; a request without it is refused. */
	static <T> T field(String name, @Nullable T value) {
		if (value == null) {
			throw Problem.INVALID_VALUE.with("The field '" + name + "' is missing.");
		}
		return value;
	}

}

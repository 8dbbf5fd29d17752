package io.heliograph.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What somebody did. Texts of more than 1,000 characters are cut.
 *
 * @param actor the name of the user who did it, or {@link #SERVER}
 * @param apiKey the id of the API key that was used, null if none was
 * @param address from where; null for what the server does by itself
 * @param action a stable word for what was done, as in {@code user.create}
 * @param target to what, as in {@code users/glass-42}
 * @param before what was there, without secrets: anything that Jackson can write, or null
 * @param after what is there now, without secrets, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditEvent(String actor, @Nullable String apiKey, @Nullable String address, String action, String target,
		@Nullable Object before, @Nullable Object after) {

	/** The actor of what the server does by itself: no user can have such a name. */
	public static final String SERVER = ":server";

	private static final int LONGEST_TEXT = 1000;

	public AuditEvent {
		actor = cut(actor);
		apiKey = (apiKey != null) ? cut(apiKey) : null;
		address = (address != null) ? cut(address) : null;
		action = cut(action);
		target = cut(target);
	}

	private static String cut(String text) {
		return Problem.cut(text, LONGEST_TEXT);
	}

	/** This event with a note in the place of what was there and what is. */
	AuditEvent withNote(Object note) {
		return new AuditEvent(this.actor, this.apiKey, this.address, this.action, this.target,
				(this.before != null) ? note : null, (this.after != null) ? note : null);
	}

}

package io.heliograph.account;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.heliograph.audit.AuditEvent;
import io.heliograph.audit.AuditLog;
import io.heliograph.storage.DurableChanges;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Makes the changes that somebody asks for: only if that is an ADMIN at that moment, so
 * that none who was one when it asked makes a change after that was taken from it; and
 * takes each of them down. Thread-safe; one change at a time.
 */
@Component
public final class Administration {

	private final Callers callers;

	private final DurableChanges changes;

	private final AuditLog audit;

	Administration(Callers callers, DurableChanges changes, AuditLog audit) {
		this.callers = callers;
		this.changes = changes;
		this.audit = audit;
	}

	/**
	 * Makes a change; when it returns, the change is on the disk, and taken down.
	 * @param change the statements
	 * @param described says what they changed, row by row of the audit log
	 * @param committed takes what they returned once they are committed: brings what is
	 * kept of it in memory up to date, and tells who must know
	 * @throws org.springframework.security.core.AuthenticationException if the caller's
	 * login does not count any more
	 * @throws org.springframework.security.access.AccessDeniedException if it has not the
	 * role any more
	 * @throws io.heliograph.storage.ChangeRefused if the database or the disk does not
	 * take it
	 */
	public <T> T change(Caller caller, Supplier<T> change, Function<T, Stream<Described>> described,
			Consumer<T> committed) {
		return this.changes.make(() -> {
			this.callers.checkAdmin(caller);
			T result = change.get();
			// before the commit: what cannot be taken down is not changed
			described.apply(result)
				.forEach((what) -> this.audit.append(caller.event(what.action, what.target, what.before, what.after)));
			return result;
		}, committed);
	}

	/** Makes the change that nobody asks for, at the first start. */
	<T> T changeAsServer(Supplier<T> change, Function<T, Described> described, Consumer<T> committed) {
		return this.changes.make(() -> {
			T result = change.get();
			Described what = described.apply(result);
			this.audit.append(
					new AuditEvent(AuditEvent.SERVER, null, null, what.action, what.target, what.before, what.after));
			return result;
		}, committed);
	}

	/**
	 * What a change does, without secrets.
	 *
	 * @param action a stable word, as in {@code user.create}
	 * @param target to what, as in {@code users/glass-42}
	 * @param before what was there, or null
	 * @param after what is there then, or null
	 */
	public record Described(String action, String target, @Nullable Object before, @Nullable Object after) {
	}

}

package io.heliograph.account;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.heliograph.storage.DurableChanges;

import org.springframework.stereotype.Component;

/**
 * Makes the changes that somebody asks for: only if that is an ADMIN at that moment, so
 * that none who was one when it asked makes a change after that was taken from it.
 * Thread-safe; one change at a time.
 */
@Component
final class Administration {

	private final Callers callers;

	private final DurableChanges changes;

	Administration(Callers callers, DurableChanges changes) {
		this.callers = callers;
		this.changes = changes;
	}

	/**
	 * Makes a change; when it returns, the change is on the disk.
	 * @param change the statements
	 * @param committed takes what they returned once they are committed: brings what is
	 * kept of it in memory up to date, and tells who must know
	 * @throws org.springframework.security.core.AuthenticationException if the caller's
	 * login does not count any more
	 * @throws org.springframework.security.access.AccessDeniedException if it has not the
	 * role any more
	 * @throws io.heliograph.storage.ChangeRefused if the database or the disk does not
	 * take it
	 */
	<T> T change(Caller caller, Supplier<T> change, Consumer<T> committed) {
		return this.changes.make(() -> {
			this.callers.checkAdmin(caller);
			return change.get();
		}, committed);
	}

}

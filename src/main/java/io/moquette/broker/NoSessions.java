package io.moquette.broker;

import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** A store of sessions that is empty and stays so. */
final class NoSessions implements ISessionsRepository {

	@Override
	public Collection<SessionData> list() {
		return List.of();
	}

	@Override
	public void saveSession(SessionData session) {
	}

	@Override
	public void delete(SessionData session) {
	}

	@Override
	public void listSessionsWill(BiConsumer<String, Will> visitor) {
	}

	@Override
	public void saveWill(String clientId, Will will) {
	}

	@Override
	public void deleteWill(String clientId) {
	}

}

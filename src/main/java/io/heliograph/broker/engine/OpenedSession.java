package io.heliograph.broker.engine;

import java.util.concurrent.CompletionStage;

/**
 * A session that was opened.
 *
 * @param session the session
 * @param present whether it was there before
 * @param durable completes when it may be told
 */
public record OpenedSession(Session session, boolean present, CompletionStage<Void> durable) {
}

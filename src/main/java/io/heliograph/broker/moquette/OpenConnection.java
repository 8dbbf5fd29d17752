package io.heliograph.broker.moquette;

import io.heliograph.broker.engine.Session;

/**
 * What a connection consists of once its session is there.
 *
 * @param expirySeconds the session expiry interval of CONNECT
 */
record OpenConnection(Session session, Connection connection, Inbound inbound, long expirySeconds) {
}

package io.heliograph.broker.engine;

import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.mqtt.ShareableFilter;

/**
 * A subscription of a session.
 *
 * @param session whose it is
 * @param filter to what
 * @param options how
 */
record Subscription(Session session, ShareableFilter filter, SubscriptionOptions options) {
}

package io.heliograph.broker.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

import io.heliograph.broker.Message;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that a message is for, but those of groups. Their copies are made when
 * they are asked for: a message that waits for its turn with thousands of them takes no
 * more memory than one without.
 */
final class Recipients {

	private final SharedMessage shared;

	private final List<Subscription[]> matches;

	/**
	 * @param matches the subscriptions to each filter that matches, not shared ones
	 */
	Recipients(SharedMessage shared, List<Subscription[]> matches) {
		this.shared = shared;
		this.matches = matches;
	}

	/**
	 * How many copies are stored, at most: a session counts for each of its subscriptions
	 * that match.
	 */
	int stored() {
		if (this.shared.message().qos() == Qos.AT_MOST_ONCE) {
			return 0;
		}
		int count = 0;
		for (Subscription[] subscriptions : this.matches) {
			for (Subscription subscription : subscriptions) {
				boolean stores = subscription.session().stores(qos(subscription, this.shared));
				count += (stores && !isOwn(subscription, this.shared.message())) ? 1 : 0;
			}
		}
		return count;
	}

	/**
	 * Makes a copy for each that is wanted. A session with several subscriptions that
	 * match gets one copy, with the best of them.
	 * @param wanted is given the quality of service that the copy would have
	 */
	void forEach(BiPredicate<Session, Qos> wanted, BiConsumer<Session, Copy> action) {
		if (this.matches.size() == 1) {
			for (Subscription subscription : this.matches.get(0)) {
				if (!isOwn(subscription, this.shared.message())
						&& wanted.test(subscription.session(), qos(subscription, this.shared))) {
					action.accept(subscription.session(), copy(subscription, this.shared));
				}
			}
		}
		else if (!this.matches.isEmpty()) {
			overlaps().forEach((session, overlap) -> {
				if (wanted.test(session, overlap.qos(this.shared))) {
					action.accept(session, overlap.copy(this.shared));
				}
			});
		}
	}

	private Map<Session, Overlap> overlaps() {
		Map<Session, Overlap> bySession = new LinkedHashMap<>();
		for (Subscription[] subscriptions : this.matches) {
			for (Subscription subscription : subscriptions) {
				if (!isOwn(subscription, this.shared.message())) {
					bySession.computeIfAbsent(subscription.session(), (session) -> new Overlap())
						.add(subscription.options());
				}
			}
		}
		return bySession;
	}

	/**
	 * Makes the copy of a session, as above; returns null if the message is not for it.
	 * @param subscriptions those of the session that match, not shared ones
	 */
	static @Nullable Copy copy(List<Subscription> subscriptions, SharedMessage shared) {
		Overlap overlap = null;
		for (Subscription subscription : subscriptions) {
			if (!isOwn(subscription, shared.message())) {
				overlap = (overlap != null) ? overlap : new Overlap();
				overlap.add(subscription.options());
			}
		}
		return (overlap != null) ? overlap.copy(shared) : null;
	}

	static Copy copy(Subscription subscription, SharedMessage shared) {
		SubscriptionOptions options = subscription.options();
		ShareableFilter filter = subscription.filter();
		return new Copy(shared, qos(subscription, shared), shared.message().retain() && options.retainAsPublished(),
				Copy.ids(options.identifier()), (filter.group() != null) ? filter : null);
	}

	static Qos qos(Subscription subscription, SharedMessage shared) {
		return shared.message().qos().min(subscription.options().qos());
	}

	static boolean isOwn(Subscription subscription, Message message) {
		return subscription.options().noLocal() && subscription.session().id().equals(message.publisher());
	}

	/** What several subscriptions of a session come to together. */
	private static final class Overlap {

		private final IntStream.Builder identifiers = IntStream.builder();

		private Qos qos = Qos.AT_MOST_ONCE;

		private boolean retainAsPublished;

		void add(SubscriptionOptions options) {
			this.qos = this.qos.max(options.qos());
			this.retainAsPublished |= options.retainAsPublished();
			if (options.identifier() != 0) {
				this.identifiers.add(options.identifier());
			}
		}

		Qos qos(SharedMessage shared) {
			return shared.message().qos().min(this.qos);
		}

		Copy copy(SharedMessage shared) {
			return new Copy(shared, qos(shared), shared.message().retain() && this.retainAsPublished,
					this.identifiers.build().toArray(), null);
		}

	}

}

package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * The queues of the groups for which anything waits. The journal's, but where it says so.
 */
final class GroupQueues {

	private final StoredQueues queues;

	private final SubscriptionIndex index;

	private final Map<ShareableFilter, GroupQueue> byFilter = new ConcurrentHashMap<>();

	private final Map<Long, GroupQueue> byNumber = new HashMap<>();

	/** How many messages for a group wait for the thread of the journal. */
	private final Map<ShareableFilter, Integer> coming = new ConcurrentHashMap<>();

	GroupQueues(StoredQueues queues, SubscriptionIndex index) {
		this.queues = queues;
		this.index = index;
	}

	/** There was a copy in the store when the server started. */
	void recovered(ShareableFilter filter, QueuePlace place, QueuedRow row) {
		GroupQueue queue = this.byNumber.get(place.session());
		if (queue == null) {
			queue = new GroupQueue(this.queues, filter, place.session());
			opened(queue);
		}
		queue.recovered(place, row);
	}

	/** A message for a group goes by the thread of the journal. Any thread. */
	void coming(ShareableFilter filter) {
		this.coming.merge(filter, 1, Integer::sum);
	}

	/** It has arrived there. */
	void arrived(ShareableFilter filter) {
		this.coming.computeIfPresent(filter, (key, count) -> (count > 1) ? count - 1 : null);
	}

	/**
	 * Whether a group has a queue for messages of this QoS: while a member is kept, or
	 * anything waits, here or for the thread of the journal. Any thread.
	 */
	boolean has(Subscription[] group, ShareableFilter filter, Qos qos) {
		if (qos == Qos.AT_MOST_ONCE) {
			return false;
		}
		for (Subscription member : group) {
			if (member.session().queue != null) {
				return true;
			}
		}
		return this.coming.containsKey(filter) || this.byFilter.containsKey(filter);
	}

	/** The queue of a group, which is new if nothing waits for the group. */
	GroupQueue get(ShareableFilter filter) {
		GroupQueue queue = this.byFilter.get(filter);
		return (queue != null) ? queue : new GroupQueue(this.queues, filter, this.queues.nextNumber());
	}

	@Nullable GroupQueue get(long number) {
		return this.byNumber.get(number);
	}

	/**
	 * How many copies wait for a member of a group, or are lent to one. Any thread.
	 */
	int size(ShareableFilter filter) {
		GroupQueue queue = this.byFilter.get(filter);
		return (queue != null) ? queue.size() : 0;
	}

	/** Whether a group has other members than those that were looked at. */
	boolean changed(ShareableFilter filter, GroupMembers members) {
		return members.changed(this.index.group(filter));
	}

	GroupMembers members(ShareableFilter filter) {
		return new GroupMembers(this.index.group(filter));
	}

	/** There is something in a queue. */
	void opened(GroupQueue queue) {
		if (this.byNumber.putIfAbsent(queue.number(), queue) == null) {
			this.byFilter.put(queue.filter(), queue);
		}
	}

	/** There is nothing in a queue any more. */
	void closed(GroupQueue queue) {
		this.byNumber.remove(queue.number());
		this.byFilter.remove(queue.filter(), queue);
	}

	/** Members of a group came, or left. Any thread; does not wait. */
	void membersChanged(ShareableFilter filter) {
		GroupQueue queue = this.byFilter.get(filter);
		if (queue != null) {
			queue.membersChanged();
		}
	}

	/** Members may read other topics than before. Any thread; does not wait. */
	void rulesChanged() {
		this.byFilter.values().forEach(GroupQueue::membersChanged);
	}

}

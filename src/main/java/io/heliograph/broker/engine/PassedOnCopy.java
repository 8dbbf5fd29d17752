package io.heliograph.broker.engine;

import java.util.Set;

/** A copy for one of a group that others of it could not deliver. */
final class PassedOnCopy extends Copy {

	private final Set<Outbound> refusedBy;

	PassedOnCopy(Copy copy, Set<Outbound> refusedBy) {
		super(copy.shared, copy.qos, copy.retain, copy.subscriptionIds, copy.group);
		this.refusedBy = refusedBy;
	}

	@Override
	Set<Outbound> refusedBy() {
		return this.refusedBy;
	}

}

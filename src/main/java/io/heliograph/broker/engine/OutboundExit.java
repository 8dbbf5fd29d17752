package io.heliograph.broker.engine;

import org.jspecify.annotations.Nullable;

/** Takes the copies that leave an {@link Outbound}. */
interface OutboundExit {

	/** For what is never connected. */
	OutboundExit NONE = new OutboundExit() {

		@Override
		public void left(Copy copy, @Nullable Drop why) {
		}

		@Override
		public void sent(Copy copy) {
		}

		@Override
		public void received(Copy copy) {
		}

		@Override
		public void full(String limit, boolean oldestGoes) {
		}

	};

	/**
	 * A copy is of no concern here any more. Under the monitor; does not block.
	 * @param why it was not delivered, or null if it was
	 */
	void left(Copy copy, @Nullable Drop why);

	/** A copy of QoS 0 was written. Under the monitor; does not block. */
	void sent(Copy copy);

	/**
	 * Of a copy of QoS 2 only PUBREL is due from here. Under the monitor; does not block.
	 */
	void received(Copy copy);

	/**
	 * There is no room for what comes. Under the monitor; does not block.
	 * @param limit the setting that is met
	 * @param oldestGoes whether the oldest are dropped, or what comes
	 */
	void full(String limit, boolean oldestGoes);

}

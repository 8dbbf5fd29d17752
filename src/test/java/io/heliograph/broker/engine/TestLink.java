package io.heliograph.broker.engine;

/** A connection without a network. */
final class TestLink implements Link {

	@Override
	public void wake() {
	}

	@Override
	public void close(CloseReason reason) {
	}

}

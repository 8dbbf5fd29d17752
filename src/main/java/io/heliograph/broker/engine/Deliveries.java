package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;

/** Copies that are handed to the connections of their sessions once they are durable. */
final class Deliveries implements Runnable {

	private final List<Delivery> deliveries = new ArrayList<>(1);

	void add(Outbound outbound, int epoch, Copy copy) {
		this.deliveries.add(new Delivery(outbound, epoch, copy));
	}

	@Override
	public void run() {
		for (Delivery delivery : this.deliveries) {
			delivery.outbound().deliver(delivery.epoch(), delivery.copy());
		}
	}

	private record Delivery(Outbound outbound, int epoch, Copy copy) {
	}

}

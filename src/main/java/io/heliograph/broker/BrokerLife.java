package io.heliograph.broker;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Signs of life. Thread-safe; nothing blocks. */
public interface BrokerLife {

	/** The listeners, empty while the broker does not run. */
	List<Listener> listeners();

	/**
	 * Passes through every thread that accepts or serves connections.
	 * @return completes when it has, and exceptionally if one of them has ended
	 */
	CompletionStage<Void> canary();

	/**
	 * A listener.
	 *
	 * @param name its name
	 * @param address where it listens
	 * @param bound whether it does
	 */
	record Listener(String name, InetSocketAddress address, boolean bound) {

		/** Where it listens, as in a URL: {@code 127.0.0.1:1883}. */
		public String authority() {
			InetAddress host = this.address.getAddress();
			String text = host.getHostAddress();
			return ((host instanceof Inet6Address) ? "[" + text + "]" : text) + ":" + this.address.getPort();
		}

	}

}

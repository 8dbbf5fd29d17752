package io.heliograph.devices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A line between devices and the server that can be cut: neither end says good-bye. */
final class Line implements AutoCloseable {

	private final ServerSocket near;

	private final int serverPort;

	private final Queue<Socket> ends = new ConcurrentLinkedQueue<>();

	Line(int serverPort) {
		try {
			this.near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.serverPort = serverPort;
		start(this::accept);
	}

	/** Where devices connect in the place of the server's port. */
	int port() {
		return this.near.getLocalPort();
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "line");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		try {
			while (true) {
				Socket device = this.near.accept();
				this.ends.add(device);
				Socket server = new Socket(InetAddress.getLoopbackAddress(), this.serverPort);
				this.ends.add(server);
				start(() -> carry(device, server));
				start(() -> carry(server, device));
			}
		}
		catch (IOException ex) {
			// cut
		}
	}

	private static void carry(Socket from, Socket to) {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
		catch (IOException ex) {
			// cut
		}
	}

	void cut() {
		try {
			this.near.close();
			for (Socket end : this.ends) {
				end.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		cut();
	}

}

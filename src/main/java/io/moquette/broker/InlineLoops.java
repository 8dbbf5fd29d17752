package io.moquette.broker;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

import io.moquette.broker.PostOffice.RouteResult;
import io.moquette.interception.BrokerInterceptor;

/**
 * Runs the commands of a session at once, on the event loop that asks, under the lock of
 * the client id. A command that fails ends with its caller, which closes one connection;
 * Moquette's own loops end for good at the first failure.
 */
final class InlineLoops extends SessionEventLoopGroup {

	private final Function<String, Lock> locks;

	InlineLoops(BrokerInterceptor interceptor, Function<String, Lock> locks) {
		super(interceptor, 1);
		this.locks = locks;
		// the threads that the constructor started
		super.terminate();
	}

	@Override
	public RouteResult routeCommand(String clientId, String description, Callable<Void> action) {
		Lock lock = this.locks.apply(clientId);
		lock.lock();
		try {
			action.call();
			return RouteResult.success(clientId, CompletableFuture.completedFuture(null));
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("Moquette failed at " + description, ex);
		}
		finally {
			lock.unlock();
		}
	}

	@Override
	public void terminate() {
	}

}

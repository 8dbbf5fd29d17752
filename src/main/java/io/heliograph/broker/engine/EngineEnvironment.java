package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What an engine must know of what it runs in.
 *
 * @param stoppedAt when the one before it on the same store stopped, as far as is known
 * @param diskIsFull whether the disk has too little left for anything to be added; any
 * thread, does not block
 * @param onFailure is called once if the store fails: the engine is to be closed then
 */
public record EngineEnvironment(Instant stoppedAt, BooleanSupplier diskIsFull, Consumer<Throwable> onFailure) {
}

package io.heliograph.broker.engine;

/** All settings of the engine. */
public record EngineSettings(SessionSettings sessions, ClientIdSettings clientIds, LedgerSettings ledger) {
}

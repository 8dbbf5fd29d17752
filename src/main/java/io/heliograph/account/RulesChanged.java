package io.heliograph.account;

/**
 * Other rules hold from here on. Published before the change is answered, on the thread
 * that made it; what a listener throws is the answer.
 */
public record RulesChanged() {
}

package io.heliograph.account;

/**
 * Somebody is kept out from here on: connections that are covered must end. Published
 * before the ban is answered, on the thread that made it; what a listener throws is the
 * answer.
 *
 * @param phrase who, as it stands in a sentence
 */
public record Banned(String phrase) {
}

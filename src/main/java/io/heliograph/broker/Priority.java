package io.heliograph.broker;

/**
 * Which messages go first: each waits behind those of its own kind and of those before.
 */
public enum Priority {

	HIGH, NORMAL

}

package io.heliograph.storage;

import org.jspecify.annotations.Nullable;

/**
 * The database, ready to be opened.
 *
 * @param rebuilt a sentence that says that it was damaged and made anew, or null
 */
record PreparedDatabase(String url, @Nullable String rebuilt) {
}

package io.heliograph.lifecycle;

/** What was set, or how, is no setting; the message says what to do. */
public final class SettingRefused extends RuntimeException {

	SettingRefused(String message) {
		super(message);
	}

}

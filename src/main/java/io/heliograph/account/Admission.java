package io.heliograph.account;

/** The answer to a {@link ConnectAttempt}. */
public sealed interface Admission {

	/**
	 * It may connect.
	 *
	 * @param client who it is from now on
	 */
	record Admitted(MqttClient client) implements Admission {
	}

	/** User name or password are wrong, or the user is disabled. */
	record BadCredentials() implements Admission {
	}

	/** It gave no user name, and this listener asks for one. */
	record AnonymousRefused() implements Admission {
	}

	/** Its user, its client id or its address is banned. */
	record Banned() implements Admission {
	}

	/** There were too many wrong passwords before: this one was not looked at. */
	record HeldOff() implements Admission {
	}

	/** Too many others wait for their passwords to be checked. */
	record Busy() implements Admission {
	}

}

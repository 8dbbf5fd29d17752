package io.heliograph.account;

/** What a key may do, if its owner may. */
enum KeyScope {

	/** Publishing. */
	PUBLISH("publish"),

	/** Looking at what is managed. */
	ADMIN_READ("admin:read"),

	/** Changing it. */
	ADMIN_WRITE("admin:write");

	static final String AUTHORITY_PREFIX = "SCOPE_";

	private final String word;

	KeyScope(String word) {
		this.word = word;
	}

	/** The name in the terms of Spring Security. */
	String authority() {
		return AUTHORITY_PREFIX + this.word;
	}

	/** The word in JSON. */
	@Override
	public String toString() {
		return this.word;
	}

}

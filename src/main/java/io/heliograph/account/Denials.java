package io.heliograph.account;

import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.heliograph.account.DenialGroup.Who;
import io.heliograph.account.Refusal.Kind;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Who was refused what, and why, since the start. Thread-safe; of bounded memory, however
 * many users and topics there are. Strangers have rows of their own, so that names that
 * are tried without end push out no row of a user.
 */
@Component
final class Denials {

	static final int MAX_OF_USERS = 10_000;

	static final int MAX_OF_STRANGERS = 1_000;

	/** As long as a user's name may be; what is longer is cut. */
	private static final int LONGEST = 255;

	private final UserDirectory users;

	private final Clock clock;

	private final DenialRows ofUsers;

	private final DenialRows ofStrangers;

	Denials(UserDirectory users, Clock clock) {
		AtomicLong numbers = new AtomicLong();
		this.users = users;
		this.clock = clock;
		this.ofUsers = new DenialRows(MAX_OF_USERS, Who.OTHER_USERS, numbers);
		this.ofStrangers = new DenialRows(MAX_OF_STRANGERS, Who.OTHER_STRANGERS, numbers);
	}

	/** Counts a refusal. */
	void count(Refusal refusal) {
		String name = refusal.userName();
		Who who = (name == null) ? Who.ANONYMOUS : Who.USER;
		Reason reason = refusal.reason();
		if (name != null && refusal.userId() == null) {
			User user = this.users.find(name).orElse(null);
			who = (user != null) ? Who.USER : Who.STRANGER;
			reason = (user != null && !user.enabled() && reason == Reason.BAD_CREDENTIALS) ? Reason.DISABLED : reason;
		}
		String clientId = (refusal.clientId() != null) ? refusal.clientId().value() : null;
		DenialGroup group = new DenialGroup(who, cut(name), refusal.kind(), clientId == null, cut(pattern(refusal)),
				reason, refusal.rule());
		((who == Who.STRANGER) ? this.ofStrangers : this.ofUsers).count(group, this.clock.millis(), cut(clientId),
				refusal.address());
	}

	/**
	 * Returns rows, the one that was counted last first.
	 * @param user whose rows are wanted, or null for all
	 * @param kind of what kind they are, or null for all
	 * @param before the number above all of theirs
	 * @param limit how many at most
	 */
	List<Denial> newest(@Nullable String user, @Nullable Kind kind, long before, int limit) {
		Predicate<DenialGroup> wanted = (group) -> (user == null || user.equals(group.user()))
				&& (kind == null || kind == group.kind());
		return Stream.of(this.ofUsers, this.ofStrangers)
			.flatMap((rows) -> rows.newest(wanted, before, limit).stream())
			.sorted(Comparator.comparingLong(Denial::number).reversed())
			.limit(limit)
			.toList();
	}

	private static @Nullable String pattern(Refusal refusal) {
		String pattern = refusal.object();
		if (pattern == null || refusal.kind() == Kind.REQUEST) {
			return pattern;
		}
		pattern = replaced(pattern, refusal.userName(), Subject.USER_NAME);
		return replaced(pattern, (refusal.clientId() != null) ? refusal.clientId().value() : null, Subject.CLIENT_ID);
	}

	/** Puts a variable in the place of the levels that are a name. */
	private static String replaced(String pattern, @Nullable String name, String variable) {
		if (name == null || name.isEmpty() || !pattern.contains(name)) {
			return pattern;
		}
		return Stream.of(pattern.split("/", -1))
			.map((level) -> level.equals(name) ? variable : level)
			.collect(Collectors.joining("/"));
	}

	private static @Nullable String cut(@Nullable String text) {
		return (text != null) ? Problem.cut(text, LONGEST) : null;
	}

}

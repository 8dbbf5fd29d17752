package io.heliograph.account;

import java.time.Instant;

import io.heliograph.account.DenialGroup.Who;
import io.heliograph.account.Refusal.Kind;
import io.heliograph.account.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/** A row of refusals as it is answered. */
record DenialView(Who who, @Nullable String user, Kind kind, String via, @Nullable String pattern, Reason reason,
		@Nullable Long rule, long count, Instant first, Instant last, @Nullable String lastClientId,
		String lastAddress) {

	static DenialView of(Denial denial) {
		DenialGroup group = denial.group();
		return new DenialView(group.who(), group.user(), group.kind(), group.http() ? "http" : "mqtt", group.pattern(),
				group.reason(), group.rule(), denial.count(), denial.first(), denial.last(), denial.clientId(),
				denial.address().getHostAddress());
	}

}

package io.heliograph.account;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;

import io.heliograph.mqtt.ClientId;
import io.heliograph.web.Page;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Manages bans. */
@RestController
@RequestMapping(path = BanController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
class BanController {

	static final String PATH = "/api/admin/bans";

	private static final int MAX_REASON = 255;

	private final Bans bans;

	private final BanList list;

	private final UserDirectory users;

	private final Clock clock;

	BanController(Bans bans, BanList list, UserDirectory users, Clock clock) {
		this.bans = bans;
		this.list = list;
		this.users = users;
		this.clock = clock;
	}

	@GetMapping
	Page<BanView> list(@RequestParam(defaultValue = "0") long cursor, @RequestParam(defaultValue = "100") int limit) {
		return Page.of(this.list.after(cursor, Page.limit(limit) + 1).stream().map(BanView::of).toList(), limit,
				(ban) -> String.valueOf(ban.id()));
	}

	@GetMapping("/{id}")
	BanView get(@PathVariable long id) {
		return this.list.find(id).map(BanView::of).orElseThrow(() -> unknown(id));
	}

	@PostMapping
	ResponseEntity<BanView> add(@AuthenticationPrincipal Caller caller, @RequestBody BanRequest request) {
		Ban ban = this.bans.add(caller, request.kind(), request.subject(this.users), request.checkedReason(),
				request.expiry(this.clock.instant()));
		return ResponseEntity.created(URI.create(PATH + "/" + ban.id())).body(BanView.of(ban));
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@AuthenticationPrincipal Caller caller, @PathVariable long id) {
		if (!this.bans.delete(caller, id)) {
			throw unknown(id);
		}
	}

	@ExceptionHandler
	ErrorResponseException handle(Bans.CoversCaller ex) {
		return Problem.CONFLICT.with("This would keep you out yourself; ask from elsewhere, or as another user.");
	}

	private static ErrorResponseException unknown(long id) {
		return Problem.NOT_FOUND.with("There is no ban " + id + "; see GET " + PATH + ".");
	}

	/**
	 * A ban as it is sent, with one of client id, user and network.
	 *
	 * @param user the user's name
	 * @param network an address, or one with its length as in 192.0.2.0/24
	 * @param expiresAt a time as in RFC 3339, or null for never
	 */
	record BanRequest(@Nullable String clientId, @Nullable String user, @Nullable String network,
			@Nullable String reason, @Nullable String expiresAt) {

		Ban.Kind kind() {
			if (Stream.of(this.clientId, this.user, this.network).filter(Objects::nonNull).count() != 1) {
				throw Problem.INVALID_VALUE.with("Give one of 'clientId', 'user' and 'network'.");
			}
			return (this.clientId != null) ? Ban.Kind.CLIENT_ID
					: (this.user != null) ? Ban.Kind.USER : Ban.Kind.NETWORK;
		}

		String subject(UserDirectory users) {
			try {
				if (this.clientId != null) {
					return new ClientId(this.clientId).value();
				}
				if (this.user != null) {
					return users.find(this.user)
						.map(User::name)
						.orElseThrow(() -> Problem.INVALID_VALUE
							.with("There is no user '" + Problem.cut(this.user) + "'; see GET /api/admin/users."));
				}
				return Network.parse(Required.field("network", this.network)).toString();
			}
			catch (IllegalArgumentException ex) {
				throw Problem.INVALID_VALUE.with(String.valueOf(ex.getMessage()));
			}
		}

		@Nullable String checkedReason() {
			if (this.reason != null
					&& (this.reason.length() > MAX_REASON || this.reason.chars().anyMatch(Character::isISOControl))) {
				throw Problem.INVALID_VALUE
					.with("The 'reason' has " + MAX_REASON + " characters at most, none of them a control character.");
			}
			return this.reason;
		}

		@Nullable Instant expiry(Instant now) {
			return Expiry.parse(this.expiresAt, now);
		}

	}

}

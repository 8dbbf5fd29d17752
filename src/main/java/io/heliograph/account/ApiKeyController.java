package io.heliograph.account;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.TopicFilter;
import io.heliograph.web.Page;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
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

/** Manages API keys. A secret is answered once, when it is made. */
@RestController
@RequestMapping(path = ApiKeyController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
class ApiKeyController {

	static final String PATH = "/api/admin/api-keys";

	private static final int MAX_NAME = 255;

	private final ApiKeys keys;

	private final KeyRing ring;

	private final UserDirectory users;

	private final Clock clock;

	ApiKeyController(ApiKeys keys, KeyRing ring, UserDirectory users, Clock clock) {
		this.keys = keys;
		this.ring = ring;
		this.users = users;
		this.clock = clock;
	}

	@GetMapping
	Page<ApiKeyView> list(@RequestParam(defaultValue = "0") long cursor,
			@RequestParam(defaultValue = "100") int limit) {
		return Page.of(this.ring.after(cursor, Page.limit(limit) + 1).stream().map(this::view).toList(), limit,
				(key) -> String.valueOf(key.id()));
	}

	@GetMapping("/{id}")
	ApiKeyView get(@PathVariable long id) {
		return this.ring.find(id).map(this::view).orElseThrow(() -> unknown(id));
	}

	@PostMapping
	ResponseEntity<IssuedKey> add(@AuthenticationPrincipal Caller caller, @RequestBody ApiKeyRequest request) {
		ApiKeys.Issued issued = this.keys.add(caller, request.key(this.users, this.clock.instant()));
		return ResponseEntity.created(URI.create(PATH + "/" + issued.key().id()))
			.cacheControl(CacheControl.noStore())
			.body(new IssuedKey(issued.token(), view(issued.key())));
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@AuthenticationPrincipal Caller caller, @PathVariable long id) {
		if (!this.keys.delete(caller, id)) {
			throw unknown(id);
		}
	}

	/** The secrets that there are go on to count. */
	@PostMapping("/{id}/secrets")
	ResponseEntity<IssuedSecret> addSecret(@AuthenticationPrincipal Caller caller, @PathVariable long id) {
		ApiKeys.Issued issued = this.keys.addSecret(caller, id).orElseThrow(() -> unknown(id));
		return ResponseEntity.status(HttpStatus.CREATED)
			.cacheControl(CacheControl.noStore())
			.body(new IssuedSecret(issued.secretId(), issued.token()));
	}

	@DeleteMapping("/{id}/secrets/{secretId}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void removeSecret(@AuthenticationPrincipal Caller caller, @PathVariable long id, @PathVariable long secretId) {
		if (this.keys.removeSecret(caller, id, secretId).isEmpty()) {
			throw Problem.NOT_FOUND.with("There is no such key or secret; see GET " + PATH + "/" + id + ".");
		}
	}

	@ExceptionHandler
	ErrorResponseException handle(ApiKeys.NoSuchOwner ex) {
		return Problem.INVALID_VALUE.with("The 'owner' was deleted at this moment; nothing was changed.");
	}

	@ExceptionHandler
	ErrorResponseException handle(ApiKeys.TooManySecrets ex) {
		return Problem.CONFLICT.with("The key has " + ApiKey.MAX_SECRETS
				+ " secrets, and none may have more; delete the one that is not used any more first.");
	}

	@ExceptionHandler
	ErrorResponseException handle(ApiKeys.OnlySecret ex) {
		return Problem.CONFLICT.with("The key has no other secret; delete the key.");
	}

	private ApiKeyView view(ApiKey key) {
		return ApiKeyView.of(key, this.users, this.ring);
	}

	private static ErrorResponseException unknown(long id) {
		return Problem.NOT_FOUND.with("There is no API key " + id + "; see GET " + PATH + ".");
	}

	/**
	 * A key as it is sent.
	 *
	 * @param owner the name of the user in whose name it acts
	 * @param expiresAt a time as in RFC 3339, or null for never
	 */
	record ApiKeyRequest(@Nullable String name, @Nullable String owner, @Nullable List<KeyScope> scopes,
			@Nullable List<String> topics, @Nullable String expiresAt) {

		ApiKey key(UserDirectory users, Instant now) {
			String name = Required.field("name", this.name);
			if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
				throw Problem.INVALID_VALUE
					.with("The name of a key has 1 to " + MAX_NAME + " characters, none of them a control character.");
			}
			String owner = Required.field("owner", this.owner);
			User user = users.find(owner)
				.orElseThrow(() -> Problem.INVALID_VALUE
					.with("There is no user '" + Problem.cut(owner) + "'; add it first with POST /api/admin/users."));
			return new ApiKey(0, name, user.id(), scopeSet(), topicList(), now, Expiry.parse(this.expiresAt, now),
					List.of());
		}

		private Set<KeyScope> scopeSet() {
			List<KeyScope> scopes = Required.field("scopes", this.scopes);
			if (scopes.isEmpty() || scopes.stream().anyMatch(Objects::isNull)) {
				throw Problem.INVALID_VALUE
					.with("The 'scopes' say what the key may do: one or more of publish, admin:read, admin:write.");
			}
			return EnumSet.copyOf(scopes);
		}

		private List<TopicFilter> topicList() {
			if (this.topics != null && this.topics.isEmpty()) {
				throw Problem.INVALID_VALUE
					.with("The 'topics' are empty; give topic filters, or leave them out for all that its owner may.");
			}
			try {
				return (this.topics == null) ? List.of() : this.topics.stream().map(ApiKeyRequest::topic).toList();
			}
			catch (IllegalArgumentException ex) {
				throw Problem.INVALID_VALUE.with("One of the 'topics' is not valid: " + ex.getMessage());
			}
		}

		private static TopicFilter topic(@Nullable String text) {
			if (text == null || text.startsWith(ShareableFilter.SHARE)) {
				throw new IllegalArgumentException("give topic filters, without $share and a group.");
			}
			return new TopicFilter(text);
		}

	}

	/**
	 * A key that was made, as it is answered this once.
	 *
	 * @param token what is sent as {@code Authorization: Bearer}
	 */
	record IssuedKey(String token, ApiKeyView key) {

		/** Nothing secret. */
		@Override
		public String toString() {
			return "IssuedKey[" + this.key.id() + "]";
		}

	}

	/** A secret that was made, as it is answered this once. */
	record IssuedSecret(long id, String token) {

		/** Nothing secret. */
		@Override
		public String toString() {
			return "IssuedSecret[" + this.id + "]";
		}

	}

}

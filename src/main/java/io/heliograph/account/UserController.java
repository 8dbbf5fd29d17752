package io.heliograph.account;

import java.net.URI;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heliograph.mqtt.Utf8;
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
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** Manages users. */
@RestController
@RequestMapping(path = "/api/admin/users", produces = MediaType.APPLICATION_JSON_VALUE)
class UserController {

	private static final int MAX_NAME = 255;

	private final Users users;

	private final UserDirectory directory;

	UserController(Users users, UserDirectory directory) {
		this.users = users;
		this.directory = directory;
	}

	@GetMapping
	Page<UserView> list(@RequestParam(defaultValue = "") String cursor, @RequestParam(defaultValue = "100") int limit) {
		return Page.of(this.directory.after(cursor, Page.limit(limit) + 1).stream().map(UserView::of).toList(), limit,
				UserView::name);
	}

	@GetMapping("/{name}")
	UserView get(@PathVariable String name) {
		return this.directory.find(name).map(UserView::of).orElseThrow(() -> unknown(name));
	}

	/** A password that is left out is generated, and answered this once. */
	@PostMapping
	ResponseEntity<AddedUser> add(@AuthenticationPrincipal Caller caller, @RequestBody UserRequest request) {
		String name = Required.field("name", request.name());
		checkName(name);
		NewPassword password = NewPassword.of(request.hash());
		User user = this.users.add(caller, name, password.hash(), request.enabled() == null || request.enabled(),
				request.roleOrNone());
		return ResponseEntity.created(location(name))
			.cacheControl(CacheControl.noStore())
			.body(AddedUser.of(UserView.of(user), password.generated()));
	}

	/** What the request leaves out stays as it is: a password cannot be read back. */
	@PutMapping("/{name}")
	UserView change(@AuthenticationPrincipal Caller caller, @PathVariable String name,
			@RequestBody UserRequest request) {
		if (request.name() != null && !request.name().equals(name)) {
			throw Problem.INVALID_VALUE.with("The body names '" + Problem.cut(request.name()) + "' and the path '"
					+ Problem.cut(name) + "'; a user cannot be renamed.");
		}
		if (this.directory.find(name).isEmpty()) {
			throw unknown(name);
		}
		return this.users.change(caller, name, request.change()).map(UserView::of).orElseThrow(() -> unknown(name));
	}

	@DeleteMapping("/{name}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@AuthenticationPrincipal Caller caller, @PathVariable String name) {
		if (this.users.delete(caller, name).isEmpty()) {
			throw unknown(name);
		}
	}

	@ExceptionHandler
	ErrorResponseException handle(Users.UserExists ex) {
		return Problem.CONFLICT.with("There is a user of this name already; change it with PUT.");
	}

	@ExceptionHandler
	ErrorResponseException handle(Users.LastAdmin ex) {
		return Problem.CONFLICT.with("This is the only enabled user with the role ADMIN, and nobody "
				+ "could manage users without; make another one first.");
	}

	private static URI location(String name) {
		return UriComponentsBuilder.fromPath("/api/admin/users").pathSegment(name).encode().build().toUri();
	}

	static ErrorResponseException unknown(String name) {
		return Problem.NOT_FOUND
			.with("There is no user '" + Problem.cut(name) + "'; add one with POST /api/admin/users.");
	}

	/** A name that no user can have is refused. */
	static void checkName(String name) {
		if (name.isEmpty() || !name.equals(name.strip()) || name.length() > MAX_NAME || name.equals(".")
				|| name.equals("..") || name.codePoints().anyMatch(UserController::isForbidden)) {
			throw Problem.INVALID_VALUE.with("A user's name has 1 to " + MAX_NAME
					+ " characters, none of : / \\ + # % ; or control characters among them, and no space at its "
					+ "ends; . and .. are no names.");
		}
		try {
			Utf8.checkCharacters("A user's name", name);
		}
		catch (IllegalArgumentException ex) {
			throw Problem.INVALID_VALUE.with(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * What HTTP Basic takes for the end of the name, what would be a wildcard or more
	 * than a level in a topic, and what a URL cannot hold even escaped.
	 */
	private static boolean isForbidden(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				true;
			default -> ":/\\+#%;".indexOf(character) >= 0;
		};
	}

	/**
	 * A user that was added, as it is answered.
	 *
	 * @param password the one that was generated, if none was given
	 */
	record AddedUser(String name, boolean enabled, @Nullable Role role, List<UserView.PasswordView> passwords,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String password) {

		static AddedUser of(UserView user, @Nullable String password) {
			return new AddedUser(user.name(), user.enabled(), user.role(), user.passwords(), password);
		}

		/** Nothing secret. */
		@Override
		public String toString() {
			return "AddedUser[" + this.name + "]";
		}

	}

}

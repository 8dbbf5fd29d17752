package io.heliograph.account;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Lets a second password of a user take the place of the first, one after the other. */
@RestController
@RequestMapping(path = "/api/admin/users/{name}/passwords", produces = MediaType.APPLICATION_JSON_VALUE)
class PasswordController {

	private final Users users;

	PasswordController(Users users) {
		this.users = users;
	}

	/** A password that is left out is generated, and answered this once. */
	@PostMapping
	ResponseEntity<AddedPassword> add(@AuthenticationPrincipal Caller caller, @PathVariable String name,
			@RequestBody PasswordRequest request) {
		NewPassword password = NewPassword.of(request.hash());
		User user = this.users.addPassword(caller, name, password.hash())
			.orElseThrow(() -> UserController.unknown(name));
		List<Password> passwords = user.passwords();
		long id = passwords.get(passwords.size() - 1).id();
		return ResponseEntity.status(HttpStatus.CREATED)
			.cacheControl(CacheControl.noStore())
			.body(new AddedPassword(id, password.generated()));
	}

	/** Connections that logged in by it end. */
	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void remove(@AuthenticationPrincipal Caller caller, @PathVariable String name, @PathVariable long id) {
		if (this.users.removePassword(caller, name, id).isEmpty()) {
			throw Problem.NOT_FOUND
				.with("There is no such user or password; see GET /api/admin/users/" + Problem.cut(name) + ".");
		}
	}

	@ExceptionHandler
	ErrorResponseException handle(Users.TooManyPasswords ex) {
		return Problem.CONFLICT.with("The user has " + User.MAX_PASSWORDS
				+ " passwords, and none may have more; delete the one that is not used any more first.");
	}

	@ExceptionHandler
	ErrorResponseException handle(Users.OnlyPassword ex) {
		return Problem.CONFLICT
			.with("The user has no other password; add one first, or disable the user to keep it out.");
	}

	/**
	 * A password that was added, as it is answered.
	 *
	 * @param password the one that was generated, if none was given
	 */
	record AddedPassword(long id, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String password) {

		/** Nothing secret. */
		@Override
		public String toString() {
			return "AddedPassword[" + this.id + "]";
		}

	}

}

package io.heliograph.account;

import java.net.URI;

import io.heliograph.web.Page;
import io.heliograph.web.Problem;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Manages access rules one by one. */
@RestController
@RequestMapping(path = "/api/admin/acl/rules", produces = MediaType.APPLICATION_JSON_VALUE)
class AccessRuleController {

	private final AccessRules rules;

	private final UserDirectory users;

	AccessRuleController(AccessRules rules, UserDirectory users) {
		this.rules = rules;
		this.users = users;
	}

	@GetMapping
	Page<RuleView> list(@RequestParam(defaultValue = "0") long cursor, @RequestParam(defaultValue = "100") int limit) {
		return Page.of(this.rules.after(cursor, Page.limit(limit) + 1).stream().map(this::view).toList(), limit,
				(rule) -> String.valueOf(rule.id()));
	}

	@GetMapping("/{id}")
	RuleView get(@PathVariable long id) {
		return this.rules.find(id).map(this::view).orElseThrow(() -> unknown(id));
	}

	@PostMapping
	ResponseEntity<RuleView> add(@AuthenticationPrincipal Caller caller, @RequestBody RuleRequest request) {
		AccessRule rule = this.rules.add(caller, request.rule(this.users));
		return ResponseEntity.created(URI.create("/api/admin/acl/rules/" + rule.id())).body(view(rule));
	}

	/** What the request leaves out stays as it is. */
	@PatchMapping("/{id}")
	RuleView change(@AuthenticationPrincipal Caller caller, @PathVariable long id, @RequestBody RuleRequest request) {
		return this.rules.change(caller, id, (rule) -> request.changed(rule, this.users))
			.map(this::view)
			.orElseThrow(() -> unknown(id));
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@AuthenticationPrincipal Caller caller, @PathVariable long id) {
		if (!this.rules.delete(caller, id)) {
			throw unknown(id);
		}
	}

	@ExceptionHandler
	ErrorResponseException handle(AccessRules.NoSuchUser ex) {
		return RuleRequest.userIsGone();
	}

	private RuleView view(AccessRule rule) {
		return RuleView.of(rule, this.users);
	}

	private static ErrorResponseException unknown(long id) {
		return Problem.NOT_FOUND.with("There is no rule " + id + "; see GET /api/admin/acl/rules.");
	}

}

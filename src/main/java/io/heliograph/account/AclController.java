package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.web.IfMatch;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** All access rules as a whole, and what they decide. */
@RestController
@RequestMapping(path = AclController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
class AclController {

	static final String PATH = "/api/admin/acl";

	private final Accounts accounts;

	private final AccessRules rules;

	private final UserDirectory users;

	private final BanList bans;

	AclController(Accounts accounts, AccessRules rules, UserDirectory users, BanList bans) {
		this.accounts = accounts;
		this.rules = rules;
		this.users = users;
		this.bans = bans;
	}

	@GetMapping
	ResponseEntity<RuleSetView> get() {
		return answer(this.rules.all());
	}

	/** Puts other rules in the place of all, or changes nothing. */
	@PutMapping
	ResponseEntity<RuleSetView> replace(@AuthenticationPrincipal Caller caller,
			@RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
			@RequestBody RuleSetRequest request) {
		IfMatch expected = IfMatch.of(ifMatch, PATH);
		List<NumberedRule> wanted = Required.field("rules", request.rules());
		if (wanted.stream().anyMatch(Objects::isNull)) {
			throw Problem.INVALID_VALUE.with("One of the 'rules' is null; leave it out.");
		}
		checkNumbers(wanted);
		List<AccessRule> rules = new ArrayList<>();
		for (NumberedRule rule : wanted) {
			rules.add(rule.rule(rules.size(), this.users));
		}
		return answer(this.rules.replace(caller, expected::matches, rules));
	}

	private static void checkNumbers(List<NumberedRule> rules) {
		List<Long> numbers = rules.stream().map(NumberedRule::id).filter(Objects::nonNull).toList();
		if (numbers.contains(AccessRule.UNNUMBERED)) {
			throw new AccessRules.NoSuchRule(AccessRule.UNNUMBERED);
		}
		if (numbers.stream().distinct().count() < numbers.size()) {
			throw Problem.INVALID_VALUE
				.with("Two of the 'rules' have the same 'id'; leave it out of the one that is new.");
		}
	}

	private ResponseEntity<RuleSetView> answer(List<AccessRule> rules) {
		return ResponseEntity.ok()
			.eTag(IfMatch.tag(AccessRules.version(rules)))
			.body(new RuleSetView(rules.stream().map((rule) -> RuleView.of(rule, this.users)).toList()));
	}

	@PostMapping("/explain")
	Explanation explain(@RequestBody ExplainRequest request) {
		RuleSet rules;
		Explanation explanation;
		do {
			rules = this.rules.current();
			explanation = request.explain(this.accounts, rules, this.users, this.bans);
		}
		while (!rules.equals(this.rules.current()));
		return explanation;
	}

	@ExceptionHandler
	ErrorResponseException handle(AccessRules.OtherVersion ex) {
		return Problem.PRECONDITION_FAILED.with(
				"The rules were changed since; nothing was changed now. Get them again, and look whether yours are still right.");
	}

	@ExceptionHandler
	ErrorResponseException handle(AccessRules.NoSuchRule ex) {
		return Problem.INVALID_VALUE.with("There is no rule of the 'id' " + ex.id()
				+ "; leave it out of a rule that is new. Nothing was changed.");
	}

	@ExceptionHandler
	ErrorResponseException handle(AccessRules.NoSuchUser ex) {
		return RuleRequest.userIsGone();
	}

	/** All rules as they are sent. */
	record RuleSetRequest(@Nullable List<NumberedRule> rules) {
	}

	/**
	 * One of them.
	 *
	 * @param id the number of the rule that it takes the place of, or null for a new one
	 */
	record NumberedRule(@Nullable Long id, @Nullable Scope scope, @Nullable String user, @Nullable Access access,
			@Nullable String topic) {

		/**
		 * @param place its place among those that are sent
		 */
		AccessRule rule(int place, UserDirectory users) {
			RuleRequest request = new RuleRequest(this.scope, this.user, this.access, this.topic);
			try {
				return (this.id != null) ? request.rule(this.id, users) : request.rule(users);
			}
			catch (ErrorResponseException ex) {
				throw Problem.INVALID_VALUE.with("In rules[" + place + "]: " + ex.getBody().getDetail());
			}
		}

	}

	/** All rules as they are answered. */
	record RuleSetView(List<RuleView> rules) {
	}

}

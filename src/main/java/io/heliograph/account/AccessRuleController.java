package io.heliograph.account;

import java.net.URI;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.TopicFilter;
import io.heliograph.web.Page;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Manages access rules. */
@RestController
@RequestMapping(path = "/api/admin/acl/rules", produces = MediaType.APPLICATION_JSON_VALUE)
class AccessRuleController {

	private final AccessRules rules;

	private final Users users;

	AccessRuleController(AccessRules rules, Users users) {
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
		Scope scope = Required.field("scope", request.scope());
		Access access = Required.field("access", request.access());
		TopicFilter topic = topic(scope, access, Required.field("topic", request.topic()));
		Long userId = userId(scope, request.user());
		try {
			AccessRule rule = this.rules.add(caller, scope, userId, access, topic);
			return ResponseEntity.created(URI.create("/api/admin/acl/rules/" + rule.id())).body(view(rule));
		}
		catch (DataIntegrityViolationException ex) {
			// deleted since it was looked up
			throw unknownUser(String.valueOf(request.user()));
		}
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@AuthenticationPrincipal Caller caller, @PathVariable long id) {
		if (!this.rules.delete(caller, id)) {
			throw unknown(id);
		}
	}

	private @Nullable Long userId(Scope scope, @Nullable String name) {
		if ((scope == Scope.USER) != (name != null)) {
			throw Problem.INVALID_VALUE
				.with("A rule of the scope user names its 'user', and one of another scope must not.");
		}
		return (name != null) ? this.users.find(name).map(User::id).orElseThrow(() -> unknownUser(name)) : null;
	}

	/** What could never be of effect is refused. */
	private static TopicFilter topic(Scope scope, Access access, String text) {
		try {
			TopicFilter topic = new TopicFilter(text);
			if (text.startsWith(ShareableFilter.SHARE)) {
				throw new IllegalArgumentException(
						"a rule is about topics; write the filter alone, without $share and the group.");
			}
			if (access == Access.WRITE && text.startsWith("$")) {
				throw new IllegalArgumentException("nobody may write to topics that start with $.");
			}
			if (scope == Scope.EVERYONE && topic.levels().stream().anyMatch(AccessRuleController::isPartlyVariable)) {
				throw new IllegalArgumentException(
						"%u and %c stand for a whole level of a topic each, as in devices/%c/cmd.");
			}
			return topic;
		}
		catch (IllegalArgumentException ex) {
			throw Problem.INVALID_VALUE.with("The field 'topic' is not valid: " + ex.getMessage());
		}
	}

	private static boolean isPartlyVariable(String level) {
		return (level.contains(Subject.USER_NAME) || level.contains(Subject.CLIENT_ID)) && level.length() > 2;
	}

	private static ErrorResponseException unknown(long id) {
		return Problem.NOT_FOUND.with("There is no rule " + id + "; see GET /api/admin/acl/rules.");
	}

	private static ErrorResponseException unknownUser(String name) {
		return Problem.INVALID_VALUE
			.with("There is no user '" + Problem.cut(name) + "'; add it first with POST /api/admin/users.");
	}

	private RuleView view(AccessRule rule) {
		User user = (rule.userId() != null) ? this.users.byId(rule.userId()) : null;
		return new RuleView(rule.id(), rule.scope(), (user != null) ? user.name() : null, rule.access(),
				rule.topic().value());
	}

	/** A rule as it is sent. */
	record RuleRequest(@Nullable Scope scope, @Nullable String user, @Nullable Access access, @Nullable String topic) {
	}

	/** A rule as it is answered. */
	record RuleView(long id, Scope scope, @Nullable String user, Access access, String topic) {
	}

}

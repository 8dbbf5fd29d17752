package io.heliograph.account;

import java.util.List;
import java.util.stream.Stream;

import io.heliograph.account.Refusal.Kind;
import io.heliograph.web.Page;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows who was refused what, the last refusal first. A row that is counted again between
 * two pages is on the first one then. More about one of them says POST
 * /api/admin/acl/explain.
 */
@RestController
@RequestMapping(path = "/api/admin/denials", produces = MediaType.APPLICATION_JSON_VALUE)
class DenialController {

	private final Denials denials;

	DenialController(Denials denials) {
		this.denials = denials;
	}

	@GetMapping
	Page<DenialView> list(@RequestParam(required = false) @Nullable Long cursor,
			@RequestParam(defaultValue = "100") int limit, @RequestParam(required = false) @Nullable String user,
			@RequestParam(required = false) @Nullable String kind) {
		List<Denial> found = this.denials.newest(user, kind(kind), (cursor != null) ? cursor : Long.MAX_VALUE,
				Page.limit(limit) + 1);
		Page<Denial> page = Page.of(found, limit, (denial) -> String.valueOf(denial.number()));
		return new Page<>(page.items().stream().map(DenialView::of).toList(), page.next());
	}

	private static @Nullable Kind kind(@Nullable String word) {
		if (word == null) {
			return null;
		}
		return Stream.of(Kind.values())
			.filter((kind) -> kind.toString().equals(word))
			.findFirst()
			.orElseThrow(() -> Problem.INVALID_VALUE.with("The parameter 'kind' is '" + Problem.cut(word)
					+ "'; give one of connect, subscribe, publish, deliver, request."));
	}

}

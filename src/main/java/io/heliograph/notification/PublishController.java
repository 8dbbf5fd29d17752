package io.heliograph.notification;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Caller;
import io.heliograph.account.Decision;
import io.heliograph.account.Refusal;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.broker.Audience;
import io.heliograph.broker.Broker;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.Priority;
import io.heliograph.mqtt.Topic;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Publishes for backends: JSON that holds topic and payload, or the payload itself as any
 * other media type with the rest in the query.
 */
@RestController
class PublishController {

	private final Broker broker;

	private final AccessControl access;

	private final Clock clock;

	PublishController(Broker broker, AccessControl access, Clock clock) {
		this.broker = broker;
		this.access = access;
		this.clock = clock;
	}

	@PostMapping(path = "/api/publish", consumes = MediaType.APPLICATION_JSON_VALUE,
			produces = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	CompletionStage<Published> publishJson(@AuthenticationPrincipal Caller caller,
			@RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType type, InputStream body) throws IOException {
		if (type.getCharset() != null && !type.getCharset().equals(StandardCharsets.UTF_8)) {
			throw Problem.UNSUPPORTED_MEDIA_TYPE.with("JSON is sent in UTF-8; leave the charset out.");
		}
		return publish(caller, PublishRequest.of(body.readAllBytes()));
	}

	@PostMapping(path = "/api/publish", produces = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	CompletionStage<Published> publishRaw(@AuthenticationPrincipal Caller caller,
			@RequestHeader(name = HttpHeaders.CONTENT_TYPE, required = false) @Nullable String contentType,
			@RequestParam(required = false) @Nullable String topic,
			@RequestParam(required = false) @Nullable String qos,
			@RequestParam(required = false) @Nullable String retain, InputStream body) throws IOException {
		checkIsPayload(contentType);
		return publish(caller, PublishRequest.of(topic, body.readAllBytes(), qos, retain));
	}

	private CompletionStage<Published> publish(Caller caller, PublishRequest request) {
		checkAccess(caller, request.topic());
		MessageId id = MessageId.next(this.clock.millis());
		Message message = new Message(id, request.topic(), request.payload(), request.qos(), request.retain(), null,
				Priority.NORMAL, MessageProperties.NONE, null);
		Notification notification = new Notification(message, Audience.SUBSCRIBERS, caller.name(), null, null, null,
				new byte[0]);
		return this.broker.publish(List.of(notification)).exceptionally((failure) -> {
			throw Problem.UNAVAILABLE.with("The store of the server failed, so it is not known whether anything was "
					+ "published. Try again in a moment; some devices may get it twice.");
		}).thenApply((outcomes) -> {
			if (outcomes.get(0) instanceof Outcome.Refused) {
				this.access.refused(Refusal.publish(caller, request.topic(), Reason.DISK_FULL));
			}
			return published(id, outcomes.get(0));
		});
	}

	private static void checkIsPayload(@Nullable String contentType) {
		if (contentType == null || contentType.isBlank()) {
			throw Problem.UNSUPPORTED_MEDIA_TYPE
				.with("The header Content-Type is missing; send 'Content-Type: application/json', "
						+ "or the payload's own type with the topic in the query.");
		}
		MediaType type = parse(contentType);
		if (type.isCompatibleWith(MediaType.APPLICATION_FORM_URLENCODED) || type.getType().equals("multipart")) {
			throw Problem.UNSUPPORTED_MEDIA_TYPE.with("Forms are not taken; send 'Content-Type: application/json', "
					+ "or the payload's own type with the topic in the query.");
		}
	}

	private static MediaType parse(String contentType) {
		try {
			MediaType type = MediaType.parseMediaType(contentType);
			if (type.isConcrete()) {
				return type;
			}
		}
		catch (InvalidMediaTypeException ex) {
			// answered below
		}
		throw Problem.UNSUPPORTED_MEDIA_TYPE
			.with("The header Content-Type is not valid; send 'Content-Type: application/json', for example.");
	}

	private void checkAccess(Caller caller, Topic topic) {
		Decision decision = this.access.decidePublish(caller, topic);
		if (!decision.allowed()) {
			this.access.refused(Refusal.publish(caller, topic, decision));
			throw Problem.FORBIDDEN.with("The user '" + caller.name() + "' may not publish to '"
					+ Problem.cut(topic.name()) + "': " + because(decision));
		}
	}

	private static String because(Decision decision) {
		if (decision.rule() != null) {
			return "the access rule " + decision.rule().id() + " denies it. Ask an ADMIN to change that rule.";
		}
		return switch (decision.why()) {
			case KEY_TOPIC -> "the topics of the API key do not cover it. Ask an ADMIN for a key that does.";
			case RESERVED -> "nobody may write to topics that start with $.";
			case LOGIN_ENDED -> "its login does not count any more. Log in again.";
			case ROLE -> "its role does not allow it. Ask an ADMIN for the role PUBLISHER.";
			default -> "no access rule grants it. Ask an ADMIN for a rule that grants it.";
		};
	}

	private static Published published(MessageId id, Outcome outcome) {
		if (outcome instanceof Outcome.Routed routed) {
			return new Published(id.toString(), routed.copies());
		}
		if (outcome instanceof Outcome.Refused) {
			throw Problem.UNAVAILABLE
				.with("The disk of the server has too little left, so nothing was published. Make room there.");
		}
		throw Problem.UNAVAILABLE.with("The server takes nothing, and nothing was published: it stops, its store is "
				+ "opened again, or somebody has to see to that. Try again in a moment; /actuator/health says why.");
	}

	/**
	 * What was published.
	 *
	 * @param id the id of the message
	 * @param copies how many sessions it matched
	 */
	record Published(String id, int copies) {
	}

}

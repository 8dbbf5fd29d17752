package io.heliograph.device;

import java.util.Optional;
import java.util.stream.Stream;

import io.heliograph.account.Administration;
import io.heliograph.account.Administration.Described;
import io.heliograph.account.Caller;
import io.heliograph.account.UserNames;
import io.heliograph.broker.ClientIds;
import io.heliograph.broker.KnownClient;
import io.heliograph.broker.Sessions;
import io.heliograph.mqtt.ClientId;
import io.heliograph.web.Page;
import io.heliograph.web.Problem;
import io.heliograph.web.SentField;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Shows the devices that are known, and whose they are; and changes that. */
@RestController
@RequestMapping(path = DeviceController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
class DeviceController {

	static final String PATH = "/api/devices";

	private final ClientIds clientIds;

	private final Sessions sessions;

	private final UserNames users;

	private final Administration administration;

	DeviceController(ClientIds clientIds, Sessions sessions, UserNames users, Administration administration) {
		this.clientIds = clientIds;
		this.sessions = sessions;
		this.users = users;
		this.administration = administration;
	}

	@GetMapping
	Page<DeviceView> list(@RequestParam(defaultValue = "") String cursor,
			@RequestParam(defaultValue = "100") int limit) {
		return Page.of(this.clientIds.after(cursor, Page.limit(limit) + 1).stream().map(this::view).toList(), limit,
				DeviceView::id);
	}

	@GetMapping("/{id}")
	DeviceView get(@PathVariable String id) {
		return this.clientIds.known(clientId(id)).map(this::view).orElseThrow(() -> unknown(id));
	}

	/**
	 * Gives a device to a user, known or not. The connection of another user ends; what
	 * waits for the device waits on.
	 */
	@PutMapping("/{id}")
	DeviceView assign(@AuthenticationPrincipal Caller caller, @PathVariable String id,
			@RequestBody DeviceRequest request) {
		ClientId client = clientId(id);
		this.administration.change(caller, () -> request.ownerId(this.users),
				(owner) -> Stream.of(new Described("device.assign", "devices/" + client,
						this.clientIds.known(client)
							.map((known) -> new Owner(DeviceView.owner(known, this.users)))
							.orElse(null),
						new Owner(request.ownerOrNone()))),
				(owner) -> this.clientIds.assign(client, owner.orElse(null)));
		return get(id);
	}

	/** Forgets a device, with its session and what waits for it. */
	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void forget(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
		ClientId client = clientId(id);
		boolean known = this.administration.change(caller, () -> this.clientIds.known(client).isPresent(),
				(found) -> found ? Stream.of(new Described("device.delete", "devices/" + client, present(client), null))
						: Stream.empty(),
				(found) -> {
					if (found) {
						this.clientIds.forget(client);
					}
				});
		if (!known) {
			throw unknown(id);
		}
	}

	private @Nullable DeviceView present(ClientId client) {
		return this.clientIds.known(client).map(this::view).orElse(null);
	}

	private DeviceView view(KnownClient client) {
		return DeviceView.of(client, this.sessions.find(client.id()).orElse(null), this.users);
	}

	private static ClientId clientId(String id) {
		try {
			return new ClientId(id);
		}
		catch (IllegalArgumentException ex) {
			throw Problem.INVALID_VALUE.with(String.valueOf(ex.getMessage()));
		}
	}

	private static ErrorResponseException unknown(String id) {
		return Problem.NOT_FOUND.with("The device '" + Problem.cut(id) + "' is not known; see GET " + PATH + ".");
	}

	/**
	 * Whose a device is.
	 *
	 * @param owner the name of a user, or null for the anonymous
	 */
	record Owner(@Nullable String owner) {
	}

	/**
	 * A device as it is sent.
	 *
	 * @param owner the name of a user, empty if it is null, for the anonymous; null if it
	 * is left out
	 */
	@SuppressWarnings("NullableOptional")
	record DeviceRequest(@JsonDeserialize(using = SentField.StringOrNone.class) @Nullable Optional<String> owner) {

		@Nullable String ownerOrNone() {
			return (this.owner != null) ? this.owner.orElse(null) : null;
		}

		Optional<Long> ownerId(UserNames users) {
			if (this.owner == null) {
				throw Problem.INVALID_VALUE
					.with("The field 'owner' is missing; give the name of a user, or null for anonymous clients.");
			}
			if (this.owner.isEmpty()) {
				return Optional.empty();
			}
			Long id = users.idOf(this.owner.get());
			if (id == null) {
				throw Problem.INVALID_VALUE.with("There is no user '" + Problem.cut(this.owner.get())
						+ "'; add it first with POST /api/admin/users.");
			}
			return Optional.of(id);
		}

	}

}

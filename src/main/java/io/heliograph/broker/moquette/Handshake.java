package io.heliograph.broker.moquette;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.heliograph.account.Admission;
import io.heliograph.account.ConnectAttempt;
import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.broker.engine.OpenedSession;
import io.heliograph.broker.engine.Opening;
import io.moquette.broker.MoquetteConnection;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttIdentifierRejectedException;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import org.jspecify.annotations.Nullable;

/**
 * From CONNECT to CONNACK: checked, admitted on threads of the account module, registered
 * with Moquette, and the session opened at the moment in which CONNACK is written. On the
 * event loop of the channel.
 */
final class Handshake {

	private final Services services;

	private final ListenerSettings listener;

	private final ChannelHandlerContext context;

	private final MoquetteConnection moquette;

	private final Guard guard;

	private @Nullable String clientId;

	/** Until the session opens: it holds a password. */
	private @Nullable ConnectRequest request;

	private Admission.@Nullable Admitted admitted;

	private @Nullable OpenConnection opened;

	Handshake(Services services, ListenerSettings listener, ChannelHandlerContext context, MoquetteConnection moquette,
			Guard guard) {
		this.services = services;
		this.listener = listener;
		this.context = context;
		this.moquette = moquette;
		this.guard = guard;
	}

	/**
	 * Begins with a CONNECT.
	 * @throws ProtocolViolation if it is to be closed without an answer
	 */
	void begin(MqttConnectMessage connect) {
		try {
			ConnectRequest request = ConnectRequest.of(connect);
			this.request = request;
			this.clientId = request.id().value();
			MqttConnectMessage plain = request.forMoquette(connect);
			this.services.access()
				.admit(new ConnectAttempt(request.id(), request.userName(), request.password(),
						this.listener.allowAnonymous(), address()))
				.thenAccept((admission) -> this.context.executor().execute(() -> proceed(request, plain, admission)))
				.whenComplete((done, failure) -> {
					if (failure != null) {
						this.context.pipeline().fireExceptionCaught(failure);
					}
				});
		}
		catch (ConnectRefused ex) {
			refuse(ex);
		}
	}

	private InetAddress address() {
		return ((InetSocketAddress) this.context.channel().remoteAddress()).getAddress();
	}

	private void proceed(ConnectRequest request, MqttConnectMessage plain, Admission admission) {
		if (this.guard.phase() != Phase.CONNECTING || !this.context.channel().isActive()) {
			return;
		}
		try {
			Admission.Admitted admitted = admitted(request, admission);
			this.admitted = admitted;
			register(request, plain, admitted);
		}
		catch (ConnectRefused ex) {
			refuse(ex);
		}
		catch (Throwable ex) {
			this.guard.exceptionCaught(this.context, ex);
		}
	}

	private static Admission.Admitted admitted(ConnectRequest request, Admission admission) {
		if (admission instanceof Admission.Admitted admitted) {
			return admitted;
		}
		if (admission instanceof Admission.Banned) {
			throw ConnectRefused.banned(request.v5(), "the user, the client id or the address is banned");
		}
		if (admission instanceof Admission.HeldOff) {
			throw ConnectRefused.tooOften(request.v5(), "there were too many wrong passwords before");
		}
		if (admission instanceof Admission.Busy) {
			throw ConnectRefused.busy(request.v5(), "too many passwords wait to be checked");
		}
		throw ConnectRefused.notAuthorized(request.v5(), (admission instanceof Admission.AnonymousRefused)
				? "this listener asks for a user name" : "user name or password are wrong, or the user is disabled");
	}

	/** Under the lock, so that nobody else's session is taken over in between. */
	private void register(ConnectRequest request, MqttConnectMessage plain, Admission.Admitted admitted) {
		this.services.engine().locks().run(request.id().value(), () -> {
			if (!this.services.access().stands(admitted.client())) {
				this.services.access().refused(Refusal.connect(admitted.client(), Reason.LOGIN_ENDED));
				throw ConnectRefused.notAuthorized(request.v5(), "the user has changed while it was let in");
			}
			Reason refusal = this.services.engine().refusal(admitted.client(), request.assigned());
			if (refusal != null) {
				this.services.access().refused(Refusal.connect(admitted.client(), refusal));
			}
			if (refusal == Reason.OTHER_OWNER) {
				throw ConnectRefused.notAuthorized(request.v5(), "the client id belongs to another user");
			}
			if (refusal == Reason.CLIENT_ID_TOO_LONG) {
				throw ConnectRefused.invalidClientId(request.v5(),
						"the client id is longer than heliograph.max-client-id-bytes allows");
			}
			if (refusal == Reason.TOO_MANY_CLIENT_IDS) {
				throw ConnectRefused.quotaExceeded(request.v5(), "the user has as many client ids as it may");
			}
			if (this.services.engine().hasNoRoom(request.id(), request.cleanStart(), request.expirySeconds())) {
				this.services.access().refused(Refusal.connect(admitted.client(), Reason.DISK_FULL));
				throw ConnectRefused.noRoom(request.v5(), "the disk has no room for a new session that is kept");
			}
			this.moquette.handle(plain);
		});
	}

	/**
	 * Opens the session and writes CONNACK in the place of Moquette's.
	 * @param promise what Moquette waits for; it never hears of a failure, which it would
	 * answer with one of its own
	 */
	void open(ChannelPromise promise) {
		ConnectRequest request = this.request;
		Admission.Admitted admitted = this.admitted;
		if (request == null || admitted == null) {
			promise.setFailure(new IllegalStateException("CONNACK without CONNECT"));
			return;
		}
		this.request = null;
		MqttClient client = admitted.client();
		PacketEncoder encoder = new PacketEncoder(request.v5(), request.maxPacketSize());
		Connection connection = new Connection(this.context, this.services.outboxOf(this.context.channel()), encoder,
				(reason) -> this.guard.end(this.context, reason));
		OpenedSession session = this.services.engine()
			.open(new Opening(client, request.assigned(), request.cleanStart(), request.expirySeconds(),
					request.receiveMaximum(), request.will()), connection);
		Inbound inbound = new Inbound(this.services.engine(), client, session.session(), connection,
				this.services.clock(), () -> this.guard.goOn(this.context));
		OpenConnection opened = new OpenConnection(session.session(), connection, inbound, request.expirySeconds());
		this.opened = opened;
		session.durable()
			.whenComplete((done, failure) -> connection
				.execute(() -> answer(promise, failure, accepted(request, session.present()), admitted, opened)));
	}

	private void answer(ChannelPromise promise, @Nullable Throwable failure, MqttConnAckMessage accepted,
			Admission.Admitted admitted, OpenConnection opened) {
		if (failure != null) {
			this.guard.exceptionCaught(this.context, failure);
			return;
		}
		this.context.write(accepted).addListener((future) -> {
			if (future.isSuccess()) {
				promise.setSuccess();
				this.context.executor().execute(() -> finish(admitted, opened));
			}
			else {
				this.context.close();
			}
		});
		this.context.flush();
	}

	/**
	 * A login that ended since it was checked is not in the sessions that were ended:
	 * what it opened is undone.
	 */
	private void finish(Admission.Admitted admitted, OpenConnection opened) {
		try {
			if (this.services.access().stands(admitted.client())) {
				this.guard.handshakeOver(this.context, opened);
				return;
			}
			Long expiry = this.services.access().knows(admitted.client()) ? null : 0L;
			this.services.engine().connectionEnded(opened.session(), opened.connection(), false, expiry);
			this.guard.handshakeOver(this.context, null);
			this.context.close();
		}
		catch (Throwable ex) {
			this.guard.exceptionCaught(this.context, ex);
		}
	}

	private MqttConnAckMessage accepted(ConnectRequest request, boolean present) {
		MqttMessageBuilders.ConnAckBuilder answer = MqttMessageBuilders.connAck()
			.returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
			.sessionPresent(present);
		if (request.v5()) {
			answer.properties((properties) -> {
				// without it the builder says that nothing is retained
				properties.retainAvailable(true)
					.maximumPacketSize(this.services.settings().maxPacketBytes())
					.topicAliasMaximum(Inbound.TOPIC_ALIAS_MAXIMUM);
				if (request.assigned()) {
					properties.assignedClientId(request.id().value());
				}
			});
		}
		return answer.build();
	}

	private void refuse(ConnectRefused refusal) {
		refuse(refusal.code(), refusal.getMessage());
		this.guard.handshakeOver(this.context, null);
	}

	private void refuse(MqttConnectReturnCode code, @Nullable String why) {
		this.services.log().refused(this.context.channel(), clientId(), code, why);
		this.context.writeAndFlush(MqttMessageBuilders.connAck().returnCode(code).build())
			.addListener(ChannelFutureListener.CLOSE);
	}

	/**
	 * The channel is closed, and with it the session's connection, however far it was. A
	 * user that was deleted before the session was opened leaves none behind.
	 */
	void lost() {
		if (this.opened != null && this.admitted != null) {
			Long expiry = this.services.access().knows(this.admitted.client()) ? null : 0L;
			this.services.engine().connectionEnded(this.opened.session(), this.opened.connection(), true, expiry);
			this.opened.connection().release();
		}
	}

	@Nullable String clientId() {
		return this.clientId;
	}

	/**
	 * Whether there is an answer to a CONNECT that could not be decoded for this cause.
	 */
	static boolean answers(Throwable cause) {
		return cause instanceof MqttUnacceptableProtocolVersionException
				|| cause instanceof MqttIdentifierRejectedException;
	}

	/** Answers a CONNECT that could not be decoded for this cause. */
	void refuseUndecoded(Throwable cause) {
		refuse((cause instanceof MqttIdentifierRejectedException)
				? MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED
				: MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION, cause.getMessage());
	}

}

package io.heliograph.broker.moquette;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.heliograph.mqtt.ReasonCode;
import io.moquette.broker.MoquetteConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the codec and everything else, one for each channel: lets only valid
 * packets through, in a valid order, and only once the session is there. Whatever goes
 * wrong costs this connection and no other. On the event loop of the channel.
 */
final class Guard extends ChannelDuplexHandler implements PacketFrameDecoder.Receiver {

	/** So many filters may wait for their answer before more is read. */
	private static final int MAX_FILTERS_DUE = 1_000;

	private final Services services;

	private final ListenerSettings listener;

	private final TimeSlice timeSlice = new TimeSlice();

	/** Whether what was asked for last is not done yet. */
	private boolean paused;

	/** Whether that is because too much of what it sent is not answered. */
	private boolean awaitsRoom;

	/** How many filters of SUBSCRIBE and UNSUBSCRIBE are not answered. */
	private int filtersDue;

	private long received;

	private Phase phase = Phase.NEW;

	private final MoquetteConnection moquette;

	private @Nullable Handshake handshake;

	private @Nullable OpenConnection opened;

	Guard(Services services, ListenerSettings listener, MoquetteConnection moquette) {
		this.services = services;
		this.listener = listener;
		this.moquette = moquette;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object packet) {
		this.received++;
		if (packet instanceof MqttMessage message && this.phase != Phase.CLOSED) {
			handle(context, message);
		}
		else {
			ReferenceCountUtil.release(packet);
		}
	}

	@Override
	public long received() {
		return this.received;
	}

	@Override
	public boolean holds() {
		return this.phase == Phase.CONNECTING || this.paused;
	}

	private void handle(ChannelHandlerContext context, MqttMessage message) {
		try {
			check(message);
			if (this.opened != null) {
				this.timeSlice.begin();
				receive(this.opened, message);
				if (this.phase == Phase.OPEN && !this.paused) {
					pauseIfDue(context, this.opened);
				}
			}
			else {
				connect(context, message);
			}
		}
		catch (ProtocolViolation ex) {
			refuse(context, ex);
		}
		catch (Throwable ex) {
			this.services.log().failed(context.channel(), clientId(), ex);
			end(context, ReasonCode.UNSPECIFIED);
		}
		finally {
			ReferenceCountUtil.release(message);
		}
	}

	private void refuse(ChannelHandlerContext context, ProtocolViolation violation) {
		this.services.log().refused(context.channel(), clientId(), violation.reason(), violation.getMessage());
		end(context, violation.reason());
	}

	private void pauseIfDue(ChannelHandlerContext context, OpenConnection opened) {
		if (isFull(opened)) {
			awaitRoom(context);
		}
		else if (isTimeSliceOver()) {
			giveWay(context, () -> resume(context));
		}
	}

	private void awaitRoom(ChannelHandlerContext context) {
		this.awaitsRoom = true;
		pause(context);
	}

	private boolean isFull(OpenConnection opened) {
		return opened.inbound().isFull() || this.filtersDue >= MAX_FILTERS_DUE;
	}

	/** Some of what the client sent is answered: it may be read from again. */
	void goOn(ChannelHandlerContext context) {
		if (this.awaitsRoom && this.opened != null && !isFull(this.opened)) {
			this.awaitsRoom = false;
			turn(context, () -> resume(context));
		}
	}

	/** So many filters wait for their answer from here on. */
	void filtersDue(int count) {
		this.filtersDue += count;
	}

	/** So many filters are answered. */
	void filtersAnswered(ChannelHandlerContext context, int count) {
		this.filtersDue -= count;
		goOn(context);
	}

	private void check(MqttMessage message) {
		if (message.decoderResult().isFailure()) {
			Throwable cause = message.decoderResult().cause();
			if (this.opened == null && Handshake.answers(cause)) {
				return;
			}
			boolean tooLarge = cause instanceof TooLongFrameException;
			throw new ProtocolViolation(tooLarge ? ReasonCode.PACKET_TOO_LARGE : ReasonCode.MALFORMED_PACKET,
					String.valueOf(cause.getMessage()));
		}
	}

	private void connect(ChannelHandlerContext context, MqttMessage message) {
		Handshake handshake = new Handshake(this.services, this.listener, context, this.moquette, this);
		if (message.decoderResult().isFailure()) {
			this.phase = Phase.CLOSED;
			handshake.refuseUndecoded(message.decoderResult().cause());
		}
		else if (message instanceof MqttConnectMessage connect) {
			this.phase = Phase.CONNECTING;
			context.channel().config().setAutoRead(false);
			this.handshake = handshake;
			handshake.begin(connect);
		}
		else {
			throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "the first packet is not CONNECT");
		}
	}

	/**
	 * The handshake is over.
	 * @param result the open connection, or null if it was refused
	 */
	void handshakeOver(ChannelHandlerContext context, @Nullable OpenConnection result) {
		if (this.phase != Phase.CONNECTING) {
			return;
		}
		if (result == null) {
			this.phase = Phase.CLOSED;
			return;
		}
		this.phase = Phase.OPEN;
		this.opened = result;
		if (context.pipeline().get(MoquetteConnection.RESENDER) != null) {
			context.pipeline().remove(MoquetteConnection.RESENDER);
		}
		result.connection().begin(result.session());
		resume(context);
	}

	/** Whether the other clients of the event loop are to have their turn. */
	boolean isTimeSliceOver() {
		return this.timeSlice.isOver();
	}

	/**
	 * Lets the other clients of the event loop have their turn; what has come waits until
	 * {@link #resume}.
	 * @param next what is done in the next turn of this one
	 */
	void giveWay(ChannelHandlerContext context, Runnable next) {
		pause(context);
		// not execute: the loop runs 64 of those before it reads again
		context.executor().schedule(() -> turn(context, next), 0, TimeUnit.NANOSECONDS);
	}

	/**
	 * Lets what has come wait until {@link #resume}.
	 * @param stage what is waited for; where that fails the connection ends
	 * @param next what is done then
	 */
	void pauseUntil(ChannelHandlerContext context, CompletionStage<?> stage, Runnable next) {
		pause(context);
		stage.whenComplete((done, failure) -> context.executor().execute(() -> {
			if (failure == null) {
				turn(context, next);
			}
			else if (this.opened != null) {
				this.opened.connection().fail(failure);
			}
		}));
	}

	private void pause(ChannelHandlerContext context) {
		this.paused = true;
		context.channel().config().setAutoRead(false);
	}

	private void turn(ChannelHandlerContext context, Runnable next) {
		if (context.channel().isActive()) {
			this.timeSlice.end();
			this.timeSlice.begin();
			next.run();
		}
	}

	/** What has come has its turn, if there is room for it. */
	void resume(ChannelHandlerContext context) {
		if (this.opened != null && isFull(this.opened)) {
			awaitRoom(context);
			return;
		}
		this.paused = false;
		PacketFrameDecoder.resume(context.pipeline());
		channelReadComplete(context);
		setAutoRead(context);
	}

	/** Who does not read what it is sent is not read from. */
	private void setAutoRead(ChannelHandlerContext context) {
		context.channel().config().setAutoRead(context.channel().isWritable() && !holds());
	}

	private void receive(OpenConnection opened, MqttMessage message) {
		switch (message.fixedHeader().messageType()) {
			case PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP -> opened.inbound().receive(message);
			case SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT -> {
				opened.inbound().flush();
				// what was published before may have ended the connection
				if (this.phase == Phase.OPEN) {
					command(opened, message);
				}
			}
			default -> throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR,
					"an unexpected " + message.fixedHeader().messageType());
		}
	}

	private void command(OpenConnection opened, MqttMessage message) {
		if (message.fixedHeader().messageType() == MqttMessageType.DISCONNECT) {
			disconnect(opened, message);
		}
		else {
			this.moquette.handle(message);
		}
	}

	@Override
	public boolean acknowledge(int packetId) {
		OpenConnection opened = this.opened;
		if (this.phase != Phase.OPEN || opened == null || packetId == 0) {
			return false;
		}
		opened.session().acknowledged(opened.connection(), packetId, false);
		return true;
	}

	/** A good-bye: nothing that follows counts. */
	private void disconnect(OpenConnection opened, MqttMessage message) {
		boolean sendWill = false;
		Long expiry = null;
		if (message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
			sendWill = header.reasonCode() != 0;
			expiry = Property.number(header.properties(), Property.SESSION_EXPIRY_INTERVAL);
		}
		if (expiry != null && expiry > 0 && opened.expirySeconds() == 0) {
			throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "DISCONNECT may not make a session outlive it");
		}
		this.phase = Phase.CLOSED;
		this.services.engine().connectionEnded(opened.session(), opened.connection(), sendWill, expiry);
		opened.connection().end(null);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		this.timeSlice.end();
		if (this.opened != null && this.phase == Phase.OPEN) {
			this.opened.inbound().flush();
		}
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext context) {
		setAutoRead(context);
		if (this.opened != null) {
			this.opened.connection().wake();
		}
	}

	/** Moquette answers: its CONNACK is the moment at which the session opens. */
	@Override
	public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
		if (this.handshake != null && packet instanceof MqttConnAckMessage answer
				&& answer.variableHeader().connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED) {
			this.handshake.open(promise);
		}
		else {
			context.write(packet, promise);
		}
	}

	/** Moquette closes the channel: another connection takes the session over. */
	@Override
	public void close(ChannelHandlerContext context, ChannelPromise promise) {
		if (this.opened != null && this.phase == Phase.OPEN) {
			end(context, ReasonCode.SESSION_TAKEN_OVER);
		}
		context.close(promise);
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) {
		if (event instanceof IdleStateEvent) {
			end(context, ReasonCode.KEEP_ALIVE_TIMEOUT);
		}
		else if (event instanceof ReasonCode reason) {
			end(context, reason);
		}
		else {
			context.fireUserEventTriggered(event);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		// what comes after the end is no reason for it
		if (cause instanceof ProtocolViolation violation) {
			if (this.phase != Phase.CLOSED) {
				refuse(context, violation);
			}
			return;
		}
		if (this.phase != Phase.CLOSED || !(cause instanceof DecoderException)) {
			this.services.log().lost(context.channel(), clientId(), cause);
		}
		end(context, (cause instanceof DecoderException) ? ReasonCode.MALFORMED_PACKET : ReasonCode.UNSPECIFIED);
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		this.phase = Phase.CLOSED;
		try {
			if (this.handshake != null) {
				this.handshake.lost();
			}
		}
		finally {
			this.moquette.lost(clientId());
			context.fireChannelInactive();
		}
	}

	/**
	 * Ends the connection, telling the client why if its version can be told. What it
	 * published before counts.
	 */
	void end(ChannelHandlerContext context, ReasonCode reason) {
		OpenConnection opened = (this.phase == Phase.OPEN) ? this.opened : null;
		this.phase = Phase.CLOSED;
		try {
			if (opened != null) {
				opened.inbound().flush();
			}
		}
		finally {
			if (this.opened != null) {
				this.opened.connection().end(reason);
			}
			else {
				context.close();
			}
		}
	}

	private @Nullable String clientId() {
		return (this.handshake != null) ? this.handshake.clientId() : null;
	}

	@Nullable OpenConnection opened() {
		return this.opened;
	}

	Phase phase() {
		return this.phase;
	}

}

package io.heliograph.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.heliograph.account.AccessControl;
import io.heliograph.account.AccessRule;
import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.account.Action;
import io.heliograph.account.Admission;
import io.heliograph.account.Caller;
import io.heliograph.account.ConnectAttempt;
import io.heliograph.account.Decision;
import io.heliograph.account.Login;
import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * Admits anonymous clients, and users whose password is their name; allows what was not
 * denied. A user's id is the hash of its name.
 */
public final class TestAccess implements AccessControl {

	/** With the numbers of the rules that deny it. */
	private final Map<TopicFilter, Long> unreadable = new ConcurrentHashMap<>();

	private final Set<TopicFilter> unwritable = ConcurrentHashMap.newKeySet();

	private final Map<ClientId, TopicFilter> unreadableTo = new ConcurrentHashMap<>();

	private final Map<Action, TopicFilter> failing = new ConcurrentHashMap<>();

	/** Users by id, and whether they are deleted. */
	private final Map<Long, Boolean> revoked = new ConcurrentHashMap<>();

	private final Queue<String> takeOvers = new ConcurrentLinkedQueue<>();

	private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

	private final AtomicLong revision = new AtomicLong();

	private final AtomicInteger standing = new AtomicInteger(Integer.MAX_VALUE);

	private volatile boolean known = true;

	private volatile boolean enabled = true;

	private volatile @Nullable CompletionStage<Admission> admission;

	private volatile Runnable beforeStanding = () -> {
	};

	private volatile Runnable beforeDeciding = () -> {
	};

	private volatile Runnable beforeSubscribing = () -> {
	};

	/** Returns the number of the rule that denies it from here on. */
	public long denyRead(String filter) {
		long number = this.revision.incrementAndGet();
		this.unreadable.put(new TopicFilter(filter), number);
		this.revision.incrementAndGet();
		return number;
	}

	/**
	 * Grants it not to one client, which may subscribe to it all the same.
	 */
	public void denyReadTo(String client, String filter) {
		this.unreadableTo.put(new ClientId(client), new TopicFilter(filter));
		this.revision.incrementAndGet();
	}

	public void denyWrite(String filter) {
		this.unwritable.add(new TopicFilter(filter));
		this.revision.incrementAndGet();
	}

	/** From here on asking about these topics fails, as a defect in the rules would. */
	public void failAt(Action action, String filter) {
		this.failing.put(action, new TopicFilter(filter));
		this.revision.incrementAndGet();
	}

	/** The defect is mended. */
	public void failNowhere() {
		this.failing.clear();
		this.revision.incrementAndGet();
	}

	/** What is done, on the thread that asks, before each filter from here on. */
	public void beforeSubscribing(Runnable action) {
		this.beforeSubscribing = action;
	}

	/** What is done, on the thread that asks, before each decision from here on. */
	public void beforeDeciding(Runnable action) {
		this.beforeDeciding = action;
	}

	/** From here on each CONNECT has this answer, on the thread that gives it. */
	public void admission(CompletionStage<Admission> admission) {
		this.admission = admission;
	}

	/** From here on a login stands at this many checks, and at none after them. */
	public void letStand(int checks) {
		this.standing.set(checks);
	}

	/** What is done, on the thread that asks, before each check of a login. */
	public void beforeStanding(Runnable action) {
		this.beforeStanding = action;
	}

	/** From here on every user is disabled, and may write nothing. */
	public void disableUsers() {
		this.enabled = false;
		denyWrite("#");
	}

	/** From here on the logins of a user do not count, until they are restored. */
	public void revoke(long userId, boolean deleted) {
		this.revoked.put(userId, deleted);
	}

	/** They count again. */
	public void restore(long userId) {
		this.revoked.remove(userId);
	}

	/** From here on there is no user. */
	public void forgetUsers() {
		this.known = false;
	}

	/** What was refused since the start, or since this was last asked. */
	public List<Refusal> takeRefusals() {
		List<Refusal> taken = new ArrayList<>();
		for (Refusal refusal = this.refusals.poll(); refusal != null; refusal = this.refusals.poll()) {
			taken.add(refusal);
		}
		return taken;
	}

	@Override
	public CompletionStage<Admission> admit(ConnectAttempt attempt) {
		CompletionStage<Admission> given = this.admission;
		return (given != null) ? given : CompletableFuture.supplyAsync(() -> check(attempt));
	}

	private static Admission check(ConnectAttempt attempt) {
		String user = attempt.userName();
		if (user == null) {
			return admitted(attempt, null);
		}
		byte[] password = attempt.password();
		if (password == null || !new String(password, StandardCharsets.UTF_8).equals(user)) {
			return new Admission.BadCredentials();
		}
		return admitted(attempt, new Login(user.hashCode(), user, 1));
	}

	private static Admission admitted(ConnectAttempt attempt, @Nullable Login login) {
		return new Admission.Admitted(new MqttClient(login, attempt.clientId(), attempt.address()));
	}

	@Override
	public boolean stands(MqttClient client) {
		this.beforeStanding.run();
		return this.standing.getAndDecrement() > 0 && !this.revoked.containsKey(id(client));
	}

	@Override
	public boolean knows(MqttClient client) {
		return this.known && !this.revoked.getOrDefault(id(client), false);
	}

	@Override
	public boolean knowsUser(long userId) {
		return this.known && !this.revoked.getOrDefault(userId, false);
	}

	private static long id(MqttClient client) {
		return (client.userId() != null) ? client.userId() : 0;
	}

	@Override
	public boolean enabled(MqttClient client) {
		return this.enabled;
	}

	@Override
	public Decision decidePublish(Caller who, Topic topic) {
		return new Decision(true, null);
	}

	@Override
	public Decision decideWill(MqttClient who, Topic topic) {
		return decide(who, Action.WRITE, topic);
	}

	@Override
	public Decision decide(MqttClient who, Action action, Topic topic) {
		this.beforeDeciding.run();
		TopicFilter fails = this.failing.get(action);
		if (fails != null && fails.matches(topic)) {
			throw new StackOverflowError("a defect in the rules");
		}
		if (action == Action.WRITE) {
			boolean denied = this.unwritable.stream().anyMatch((filter) -> filter.matches(topic));
			return new Decision(!denied && !topic.reserved(), null);
		}
		for (Map.Entry<TopicFilter, Long> unreadable : this.unreadable.entrySet()) {
			if (unreadable.getKey().matches(topic)) {
				return new Decision(false,
						new AccessRule(unreadable.getValue(), Scope.EVERYONE, null, Access.DENY, unreadable.getKey()));
			}
		}
		return new Decision(!isUnreadableTo(who, topic), null);
	}

	private boolean isUnreadableTo(MqttClient who, Topic topic) {
		TopicFilter filter = this.unreadableTo.get(who.id());
		return filter != null && filter.matches(topic);
	}

	@Override
	public Decision decideSubscribe(MqttClient who, TopicFilter filter) {
		this.beforeSubscribing.run();
		return new Decision(!this.unreadable.containsKey(filter), null);
	}

	@Override
	public void refused(Refusal refusal) {
		this.refusals.add(refusal);
	}

	@Override
	public void tookOver(MqttClient who, MqttClient before) {
		this.takeOvers.add(before.userName() + " by " + who.userName());
	}

	/** Who took over the session of whom. */
	public Collection<String> takeOvers() {
		return this.takeOvers;
	}

	@Override
	public long revision() {
		return this.revision.get();
	}

}

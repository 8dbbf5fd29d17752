package io.heliograph.account;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;

/**
 * Measures decisions, and changes of the rules; {@code src/bench/decisions} runs it.
 */
final class DecisionBenchmark {

	/** For processor time, which does not grow with what else the machine does. */
	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private static final Decision ALLOWED = new Decision(true, null);

	private static final Decision DENIED = new Decision(false, null);

	private static final int USERS = 19_000;

	private static final int QUESTIONS = 8192;

	private static final int CHECKED = 200;

	private static final int ROUNDS = 9;

	private static final long WARM_UP_NANOS = 500_000_000;

	private static final long ROUND_NANOS = 50_000_000;

	private static final int BATCH = 64;

	private static final int WARM_UP_CHANGES = 30;

	/** What is computed, so that it is. */
	private static long sum;

	private final Random random = new Random(1);

	private DecisionBenchmark() {
	}

	public static void main(String[] arguments) {
		DecisionBenchmark benchmark = new DecisionBenchmark();
		System.out.println("| ns per decision: rules of everyone | own rules of each of 19,000 users | allowed | denied"
				+ " | rule by rule: allowed | denied | times as long |");
		System.out.println("|---|---|---|---|---|---|---|");
		for (int everyone : new int[] { 10, 100, 1_000, 10_000 }) {
			for (int own : new int[] { 0, 2, 50 }) {
				benchmark.decisions(everyone, own);
			}
		}
		System.out.println();
		System.out.println("| µs whether a subscription may be: rules of everyone | one plain topic |");
		System.out.println("|---|---|");
		for (int everyone : new int[] { 10, 100, 1_000, 10_000 }) {
			benchmark.subscriptions(everyone);
		}
		System.out.println();
		System.out.println("| ms for the rules in memory after one change: rules | of which users' own | ms |");
		System.out.println("|---|---|---|");
		for (int[] size : new int[][] { { 1_000, 0 }, { 2_000, 2 }, { 2_000, 50 } }) {
			benchmark.change(size[0], size[1]);
		}
		System.out.println();
		System.out.println("(" + sum % 2 + ")");
	}

	private void decisions(int everyone, int own) {
		List<AccessRule> rules = rules(everyone, own);
		RuleSet set = RuleSet.of(rules, false);
		Question[] allowed = questions(everyone, own, true);
		Question[] denied = questions(everyone, own, false);
		check(set, allowed, true);
		check(set, denied, false);
		double[] quick = new double[2];
		double[] plain = new double[2];
		for (int i = 0; i < 2; i++) {
			Question[] questions = (i == 0) ? allowed : denied;
			quick[i] = median(questions, (question) -> set.decide(question.who, question.action, question.topic));
			plain[i] = median(questions, (question) -> ruleByRule(set, question));
		}
		System.out.printf("| %,d | %d | %.0f | %.0f | %.0f | %.0f | %.1f / %.1f |%n", everyone, own, quick[0], quick[1],
				plain[0], plain[1], plain[0] / quick[0], plain[1] / quick[1]);
	}

	private void subscriptions(int everyone) {
		RuleSet set = RuleSet.of(rules(everyone, 0), false);
		double nanos = median(questions(everyone, 0, true),
				(question) -> set.mayReadUnder(question.who, new TopicFilter(question.topic.name())) ? ALLOWED
						: DENIED);
		System.out.printf("| %,d | %.2f |%n", everyone, nanos / 1000);
	}

	private static void check(RuleSet set, Question[] questions, boolean allowed) {
		for (Question question : List.of(questions).subList(0, CHECKED)) {
			Decision quick = set.decide(question.who, question.action, question.topic);
			if (quick.allowed() != allowed || !quick.equals(ruleByRule(set, question))) {
				throw new IllegalStateException(question + ": " + quick + ", " + ruleByRule(set, question));
			}
		}
	}

	/** Own rules, then those of everyone: one after the other. */
	private static Decision ruleByRule(RuleSet set, Question question) {
		for (RuleList rules : List.of(set.ownRules(question.who), set.everyone())) {
			AccessRule grant = null;
			for (AccessRule rule : rules.rules()) {
				if (rule.denies()) {
					if (question.who.covers(rule, question.topic)) {
						return new Decision(false, rule);
					}
				}
				else if (grant == null && rule.grants(question.action) && question.who.covers(rule, question.topic)) {
					grant = rule;
				}
			}
			if (grant != null) {
				return new Decision(true, grant);
			}
		}
		return new Decision(false, null);
	}

	/** Nanoseconds for one question. */
	private static double median(Question[] questions, Decider decider) {
		Asker asker = new Asker(questions, decider);
		asker.askFor(WARM_UP_NANOS);
		double[] rounds = new double[ROUNDS];
		for (int i = 0; i < ROUNDS; i++) {
			rounds[i] = asker.askFor(ROUND_NANOS);
		}
		Arrays.sort(rounds);
		return rounds[ROUNDS / 2];
	}

	private List<AccessRule> rules(int everyone, int own) {
		List<AccessRule> rules = new ArrayList<>();
		for (int i = 0; i < everyone; i++) {
			rules.add(ruleOfEveryone(rules.size() + 1, i));
		}
		for (long user = 1; user <= USERS; user++) {
			for (int i = 0; i < own; i++) {
				// own/7/… of its user; the last denies
				rules.add(new AccessRule(rules.size() + 1, Scope.USER, user, (i == own - 1) ? Access.DENY : Access.READ,
						new TopicFilter(
								(i == own - 1) ? "own/" + user + "/secret/#" : "own/" + user + "/" + i + "/+")));
			}
		}
		return rules;
	}

	private static AccessRule ruleOfEveryone(long id, int i) {
		return switch (i % 5) {
			case 0 -> new AccessRule(id, Scope.EVERYONE, null, Access.READ, new TopicFilter("device/%c/" + i + "/#"));
			case 1 -> new AccessRule(id, Scope.EVERYONE, null, Access.READ, new TopicFilter("user/%u/" + i));
			case 2 -> new AccessRule(id, Scope.EVERYONE, null, Access.READ, new TopicFilter("area/" + i + "/+/state"));
			case 3 -> new AccessRule(id, Scope.EVERYONE, null, Access.DENY, new TopicFilter("site/" + i + "/secret"));
			default -> new AccessRule(id, Scope.EVERYONE, null, Access.READWRITE, new TopicFilter("news/" + i + "/#"));
		};
	}

	private Question[] questions(int everyone, int own, boolean allowed) {
		Question[] questions = new Question[QUESTIONS];
		for (int i = 0; i < QUESTIONS; i++) {
			long user = 1 + this.random.nextInt(USERS);
			Subject who = new Subject(user, "glass-" + user, "client-" + user);
			String topic = (own > 0 && i % 2 == 0) ? ownTopic(user, own, allowed)
					: topicOfEveryone(who, this.random.nextInt(everyone), allowed);
			questions[i] = new Question(who, Action.READ, new Topic(topic));
		}
		return questions;
	}

	private String ownTopic(long user, int own, boolean allowed) {
		return "own/" + user + "/" + (allowed ? this.random.nextInt(own - 1) + "/state" : "secret/state");
	}

	/** The topic of a rule that grants, or one beside it. */
	private static String topicOfEveryone(Subject who, int rule, boolean allowed) {
		int i = (rule % 5 == 3) ? rule - 1 : rule;
		return switch (i % 5) {
			case 0 -> "device/" + (allowed ? who.clientId() : "another") + "/" + i + "/state";
			case 1 -> "user/" + (allowed ? who.userName() : "another") + "/" + i;
			case 2 -> "area/" + i + "/7/" + (allowed ? "state" : "secret");
			default -> "news/" + (allowed ? i : -1) + "/today";
		};
	}

	/** What {@link AccessRules} does in memory when a rule is added. */
	private void change(int everyone, int own) {
		NavigableMap<Long, AccessRule> present = new TreeMap<>();
		rules(everyone, own).forEach((rule) -> present.put(rule.id(), rule));
		double[] rounds = new double[ROUNDS];
		for (int i = -WARM_UP_CHANGES; i < ROUNDS; i++) {
			long begin = THREADS.getCurrentThreadCpuTime();
			NavigableMap<Long, AccessRule> rules = new TreeMap<>(present);
			rules.put(Long.MAX_VALUE, ruleOfEveryone(Long.MAX_VALUE, 0));
			sum += RuleSet.of(rules.values(), false).empty() ? 1 : 0;
			if (i >= 0) {
				rounds[i] = (THREADS.getCurrentThreadCpuTime() - begin) / 1e6;
			}
		}
		Arrays.sort(rounds);
		System.out.printf("| %,d | %,d | %.2f |%n", present.size(), own * USERS, rounds[ROUNDS / 2]);
	}

	private interface Decider {

		Decision decide(Question question);

	}

	private record Question(Subject who, Action action, Topic topic) {
	}

	/** Goes through the questions round and round. */
	private static final class Asker {

		private final Question[] questions;

		private final Decider decider;

		private int next;

		Asker(Question[] questions, Decider decider) {
			this.questions = questions;
			this.decider = decider;
		}

		/** Returns the nanoseconds for one question. */
		double askFor(long nanos) {
			long asked = 0;
			long begin = THREADS.getCurrentThreadCpuTime();
			long end = begin;
			while (end - begin < nanos) {
				for (int i = 0; i < BATCH; i++) {
					Question question = this.questions[this.next++ & (QUESTIONS - 1)];
					sum += this.decider.decide(question).allowed() ? 1 : 0;
				}
				asked += BATCH;
				end = THREADS.getCurrentThreadCpuTime();
			}
			return (double) (end - begin) / asked;
		}

	}

}

/*
 * A load generator for MQTT 3.1.1 brokers on this machine.
 *
 *	mqttload connect   open --n connections, each subscribed to its own topic, print a line, hold them
 *	mqttload fanout    --n subscribers of one topic
 *	mqttload p2p       --n devices, each subscribed to its own topic; each message goes to one, by chance
 *
 * It prints one line of name=value pairs. The exit status is 0 only if every connection was made and kept,
 * and every message came once, in order, where it belongs.
 */
#include "client.h"

#define IDLE (NANOS / 20)

enum {
	PAYLOAD_BYTES = 64,
	SETTLE_SECONDS = 3,         /* without progress: what is missing is lost */
	WINDOW = 1000               /* unacknowledged publishes of one publisher */
};

static struct {
	int n, pubs, qos, inflight;
	double rate, seconds;
} options = { .n = 1000, .pubs = 1, .seconds = 3 };

static const struct option OPTIONS[] = {
	{ "n", &options.n, NULL, "number of connections, subscribers or devices" },
	{ "pubs", &options.pubs, NULL, "number of publishers" },
	{ "qos", &options.qos, NULL, "of subscriptions and messages: 0 or 1" },
	{ "inflight", &options.inflight, NULL, "messages not yet delivered to all receivers; 0 = no limit" },
	{ "rate", NULL, &options.rate, "messages a second over all publishers; 0 = no limit" },
	{ "seconds", NULL, &options.seconds, "how long to publish, or to hold the connections" },
	CLIENT_OPTIONS
};

static struct conn *conns, *pubs;
static const char *sub_topic;       /* "%d" in it is the number of the connection */

static int filter(const struct conn *c, int number, char *filter)
{
	return number ? 0 : sprintf(filter, sub_topic, c->id);
}

static void look_after(int64_t now)
{
	housekeep(conns, options.n, now);
	housekeep(pubs, options.pubs, now);
}

/* ---------------------------------------------------------------- traffic */

/* The first bytes of each payload. */
struct stamp {
	uint32_t pub, sequence, device;
};

static struct {
	const char *topic;
	int one_receiver;
	uint32_t *expected;         /* by receiver and publisher: the lowest sequence that may come next */
	int64_t begin, last_delivery;
	uint64_t sent, acked, delivered, wrong;
} traffic;

static void on_publish(struct conn *c, const struct publish *publish, int64_t now)
{
	struct stamp stamp;
	if (publish->len != PAYLOAD_BYTES || !traffic.expected) {
		traffic.wrong++;
		return;
	}
	memcpy(&stamp, publish->payload, sizeof stamp);
	uint32_t *expected = &traffic.expected[(size_t)c->id * options.pubs + stamp.pub % options.pubs];
	if (stamp.sequence < *expected || (traffic.one_receiver && stamp.device != (uint32_t)c->id)) {
		traffic.wrong++;
		return;
	}
	*expected = stamp.sequence + 1;
	traffic.delivered++;
	traffic.last_delivery = now;
}

static void on_acknowledged(struct conn *c, enum packet type, uint16_t packet_id, int64_t now)
{
	(void)c, (void)type, (void)packet_id, (void)now;
	traffic.acked++;
}

static void publish(struct conn *c, int64_t now)
{
	static uint64_t random = 88172645463325252ull;
	uint8_t payload[PAYLOAD_BYTES] = { 0 };
	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	struct stamp stamp = { c->id, c->sequence++, (random >> 20) % options.n };
	memcpy(payload, &stamp, sizeof stamp);
	put_publish(c, options.qos, 0, traffic.topic, stamp.device, payload, sizeof payload);
	c->last_sent = now;
	traffic.sent++;
}

static uint64_t due_deliveries(void)
{
	return traffic.sent * (traffic.one_receiver ? 1 : options.n);
}

/* Publishes what may be published now; returns how long to wait for the next one. */
static int64_t publish_due(int64_t now)
{
	uint64_t fan = traffic.one_receiver ? 1 : options.n;
	for (int burst = 0; burst < 32; burst++) {
		struct conn *c = &pubs[traffic.sent % options.pubs];
		if (options.rate > 0) {
			int64_t due = traffic.begin + (int64_t)(traffic.sent * NANOS / options.rate) - now;
			if (due > 0)
				return due;
		}
		if (c->state != READY || c->unacked >= WINDOW || c->out_len - c->out_off > 1 << 20)
			return IDLE;
		if (options.inflight && due_deliveries() - traffic.delivered > (options.inflight - 1) * fan)
			return IDLE;
		publish(c, now);
	}
	return 0;
}

/* Publishes for the time that was asked for, and ends when all is delivered, or nothing more comes. */
static void run(void)
{
	int64_t progress = now_ns(), wait;
	uint64_t mark = 0;
	traffic.begin = traffic.last_delivery = progress;
	do {
		int64_t now = now_ns();
		int over = now - traffic.begin > options.seconds * NANOS;
		wait = over ? IDLE : publish_due(now);
		for (int i = 0; i < options.pubs; i++)
			if (pubs[i].out_off < pubs[i].out_len && !pubs[i].want_out)
				flush(&pubs[i]);
		if (over && traffic.delivered >= due_deliveries() && (!options.qos || traffic.acked >= traffic.sent))
			return;
		if (traffic.delivered + traffic.acked != mark) {
			mark = traffic.delivered + traffic.acked;
			progress = now;
		}
		if (now - progress > SETTLE_SECONDS * NANOS)
			return;
	} while (pump(wait < IDLE ? wait : IDLE));
}

/* ---------------------------------------------------------------- modes */

static int hold_connections(void)
{
	sub_topic = "devices/%d/inbox";
	open_all(conns, options.n);
	printf("connected=%d failed=%d\n", ready, failed + dropped);
	fflush(stdout);
	int64_t until = now_ns() + options.seconds * NANOS;
	while (now_ns() < until && pump(NANOS / 10))
		continue;
	close_all(conns, options.n);
	return failed || dropped || timed_out;
}

static int measure_traffic(int one_receiver)
{
	traffic.topic = sub_topic = one_receiver ? "devices/%d/inbox" : "bench/fan";
	traffic.one_receiver = one_receiver;
	traffic.expected = calloc((size_t)options.n * options.pubs, sizeof *traffic.expected);
	open_all(conns, options.n);
	open_all(pubs, options.pubs);
	int64_t broker = broker_cpu_ns(), own = nanos_of(CLOCK_PROCESS_CPUTIME_ID);
	run();
	broker = broker_cpu_ns() - broker;
	own = nanos_of(CLOCK_PROCESS_CPUTIME_ID) - own;
	uint64_t lost = due_deliveries() - traffic.delivered;
	double count = traffic.delivered ? traffic.delivered : 1;
	printf("sent=%lu delivered=%lu lost=%lu wrong=%lu unacknowledged=%lu failed=%d", traffic.sent, traffic.delivered,
		lost, traffic.wrong, options.qos ? traffic.sent - traffic.acked : 0, failed + dropped);
	printf(" per_second=%.0f broker_us=%.3f own_us=%.3f\n",
		traffic.delivered / ((traffic.last_delivery - traffic.begin + 1.0) / NANOS), broker / 1e3 / count,
		own / 1e3 / count);
	close_all(pubs, options.pubs);
	close_all(conns, options.n);
	return lost || traffic.wrong || failed || dropped || timed_out || (options.qos && traffic.acked < traffic.sent);
}

int main(int argc, char **argv)
{
	client.name = "mqttload";
	client.usage = "connect|fanout|p2p";
	client.options = OPTIONS;
	parse_options(argc, argv);
	if (options.n < 1 || options.pubs < 1 || options.qos < 0 || options.qos > 1)
		usage();
	begin();
	conns = new_conns(options.n, "dev-%d", 0, options.qos);
	pubs = new_conns(options.pubs, "pub-%d", 0, -1);
	if (!strcmp(argv[1], "connect"))
		return hold_connections();
	if (!strcmp(argv[1], "fanout"))
		return measure_traffic(0);
	if (!strcmp(argv[1], "p2p"))
		return measure_traffic(1);
	usage();
}

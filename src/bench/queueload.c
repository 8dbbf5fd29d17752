/*
 * Load for what a broker keeps for devices that are away: sessions of MQTT 3.1.1, messages of QoS 1.
 *
 *	queueload prepare   --n sessions that are kept: connect, subscribe, leave
 *	queueload publish   --pubs publishers, each with --window messages unacknowledged, to one session each in turn
 *	queueload fanout    the same, each message to all --n sessions
 *	queueload drain     all sessions connect and acknowledge what waits for them, --expect messages in all
 *	queueload inout     all sessions are connected while --pubs publish to them, --inflight not yet delivered
 *	queueload first     connect one session again and again, from now on, until it is sent a message; leave it there
 *	queueload remove    end the sessions
 *
 * It prints one line of name=value pairs. The exit status is 0 only if every connection was made and kept, every
 * message was acknowledged, and what came did so once, in order, where it belongs.
 */
#include "client.h"

#define IDLE (NANOS / 20)

enum {
	MOST_UNACKNOWLEDGED = 1024, /* of one publisher */
	QUIET_SECONDS = 1           /* until it counts as certain that nothing comes */
};

static struct {
	int n, pubs, window, bytes, inflight;
	double seconds, count, expect, stall;
} options = { .n = 1000, .pubs = 200, .window = 1, .bytes = 128, .inflight = 2000, .stall = 30 };

static const struct option OPTIONS[] = {
	{ "n", &options.n, NULL, "number of sessions" },
	{ "pubs", &options.pubs, NULL, "number of publishers" },
	{ "window", &options.window, NULL, "messages that a publisher has unacknowledged, up to 1000" },
	{ "bytes", &options.bytes, NULL, "of a payload, 16 to 512" },
	{ "inflight", &options.inflight, NULL, "messages not yet delivered, for inout" },
	{ "seconds", NULL, &options.seconds, "how long to publish; 0 = until the count" },
	{ "count", NULL, &options.count, "messages to publish; 0 = until the time is over" },
	{ "expect", NULL, &options.expect, "messages that wait in all" },
	{ "stall", NULL, &options.stall, "seconds without progress: what is missing is lost" },
	CLIENT_OPTIONS
};

/* The first bytes of each payload. A sequence begins with the time, so that each run goes on behind the one before. */
struct stamp {
	uint32_t pub, device;
	uint64_t sequence;
};

static struct {
	int publishing, fan, first_only;
	uint64_t *expected;         /* by session and publisher: the lowest sequence that may come next */
	uint64_t sent, acked, delivered, wrong;
	uint32_t *micros;           /* from PUBLISH to PUBACK, of each message */
	uint64_t capacity;
	int64_t begin, last;
} traffic;

static struct conn *devices, *pubs;
static int64_t *sent_at;            /* by publisher and packet id */

/* ---------------------------------------------------------------- what the broker takes */

static struct {
	int64_t cpu_ns, own_ns, written;
} usage_before;

/* Bytes that the broker has had written to a disk so far. */
static int64_t broker_written(void)
{
	char line[128];
	long bytes = 0;
	sprintf(line, "/proc/%d/io", client.broker_pid);
	FILE *io = client.broker_pid ? fopen(line, "r") : NULL;
	while (io && fgets(line, sizeof line, io))
		if (sscanf(line, "write_bytes: %ld", &bytes) == 1)
			break;
	if (io)
		fclose(io);
	return bytes;
}

static void measure(void)
{
	usage_before.cpu_ns = broker_cpu_ns();
	usage_before.own_ns = nanos_of(CLOCK_PROCESS_CPUTIME_ID);
	usage_before.written = broker_written();
	traffic.begin = traffic.last = now_ns();
}

/* Prints what one of so many took. */
static void print_costs(double count)
{
	count = count ? count : 1;
	printf(" broker_us=%.3f own_us=%.3f bytes=%.1f\n", (broker_cpu_ns() - usage_before.cpu_ns) / 1e3 / count,
		(nanos_of(CLOCK_PROCESS_CPUTIME_ID) - usage_before.own_ns) / 1e3 / count,
		(broker_written() - usage_before.written) / count);
}

static double seconds_to(int64_t end)
{
	return (end - traffic.begin + 1.0) / NANOS;
}

/* ---------------------------------------------------------------- traffic */

static int filter(const struct conn *c, int number, char *filter)
{
	switch (number) {
	case 0: return sprintf(filter, "devices/%d/inbox", c->id);
	case 1: return sprintf(filter, "bench/fan");
	default: return 0;
	}
}

static void look_after(int64_t now)
{
	housekeep(devices, options.n, now);
	if (pubs)
		housekeep(pubs, options.pubs, now);
}

static void on_publish(struct conn *c, const struct publish *publish, int64_t now)
{
	struct stamp stamp;
	traffic.last = now;
	if (publish->len != (uint32_t)options.bytes || !traffic.expected) {
		traffic.wrong++;
		return;
	}
	memcpy(&stamp, publish->payload, sizeof stamp);
	uint64_t *expected = &traffic.expected[(size_t)c->id * options.pubs + stamp.pub % options.pubs];
	if (stamp.sequence < *expected || (stamp.device != UINT32_MAX && stamp.device != (uint32_t)c->id)) {
		traffic.wrong++;
		return;
	}
	*expected = stamp.sequence + 1;
	traffic.delivered++;
	if (traffic.first_only)
		end(c, "it is not acknowledged");
}

static int is_over(int64_t now)
{
	return (options.count && traffic.sent >= options.count)
		|| (options.seconds && now - traffic.begin > options.seconds * NANOS);
}

static int64_t *sending(const struct conn *c, uint16_t packet_id)
{
	return &sent_at[c->id * MOST_UNACKNOWLEDGED + packet_id % MOST_UNACKNOWLEDGED];
}

static void publish(struct conn *c, int64_t now)
{
	static uint8_t payload[512];
	struct stamp stamp = { c->id, traffic.fan ? UINT32_MAX : traffic.sent % options.n, c->sequence++ };
	memcpy(payload, &stamp, sizeof stamp);
	uint16_t id = put_publish(c, 1, 0, traffic.fan ? "bench/fan" : "devices/%d/inbox", stamp.device, payload,
		options.bytes);
	c->last_sent = *sending(c, id) = now;
	traffic.sent++;
}

static void note_time(int64_t nanos)
{
	if (traffic.acked == traffic.capacity) {
		traffic.capacity = traffic.capacity ? 2 * traffic.capacity : 1 << 16;
		traffic.micros = realloc(traffic.micros, traffic.capacity * sizeof *traffic.micros);
	}
	traffic.micros[traffic.acked++] = nanos / 1000;
}

static void on_acknowledged(struct conn *c, enum packet type, uint16_t packet_id, int64_t now)
{
	(void)type;
	note_time(now - *sending(c, packet_id));
	traffic.last = now;
	if (traffic.publishing && !is_over(now))
		publish(c, now);
}

static void open_pubs(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	pubs = new_conns(options.pubs, "pub-%d", 0, -1);
	for (int i = 0; i < options.pubs; i++)
		pubs[i].sequence = t.tv_sec * 1000000ull + t.tv_nsec / 1000;
	sent_at = calloc((size_t)options.pubs * MOST_UNACKNOWLEDGED, sizeof *sent_at);
	open_all(pubs, options.pubs);
}

static int stalled(void)
{
	return now_ns() - traffic.last > options.stall * NANOS;
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static double percentile_ms(double part)
{
	return traffic.acked ? traffic.micros[(uint64_t)(part * (traffic.acked - 1))] / 1e3 : 0;
}

/* ---------------------------------------------------------------- modes */

static int bad(void)
{
	return failed || dropped || timed_out || traffic.wrong;
}

/* All connect and leave. */
static int visit(void)
{
	measure();
	open_all(devices, options.n);
	int opened = ready;
	close_all(devices, options.n);
	printf("sessions=%d failed=%d seconds=%.2f", opened, failed + dropped, seconds_to(now_ns()));
	print_costs(options.n);
	return bad() || opened < options.n;
}

static int publish_to_those_away(int fan)
{
	traffic.fan = fan;
	open_pubs();
	measure();
	traffic.publishing = 1;
	for (int i = 0; i < options.pubs; i++) {
		for (int k = 0; k < options.window && !is_over(now_ns()); k++)
			publish(&pubs[i], now_ns());
		flush(&pubs[i]);
	}
	while ((traffic.acked < traffic.sent || !is_over(now_ns())) && !stalled() && pump(IDLE))
		continue;
	qsort(traffic.micros, traffic.acked, sizeof *traffic.micros, by_size);
	printf("sent=%lu acked=%lu failed=%d per_second=%.0f p50_ms=%.2f p99_ms=%.2f longest_ms=%.2f", traffic.sent,
		traffic.acked, failed + dropped, traffic.acked / seconds_to(traffic.last), percentile_ms(0.5),
		percentile_ms(0.99), percentile_ms(1));
	print_costs((double)traffic.acked * (fan ? options.n : 1));
	close_all(pubs, options.pubs);
	return bad() || traffic.acked < traffic.sent;
}

static int drain(void)
{
	uint64_t expected = options.expect;
	measure();
	open_all(devices, options.n);
	double opened = seconds_to(now_ns());
	while (traffic.delivered < expected && !stalled() && pump(IDLE))
		continue;
	double seconds = seconds_to(traffic.last);
	for (int64_t until = now_ns() + QUIET_SECONDS * NANOS; now_ns() < until && pump(IDLE); )
		continue;
	close_all(devices, options.n);
	printf("delivered=%lu missing=%ld wrong=%lu failed=%d timed_out=%d opened_s=%.2f seconds=%.2f per_second=%.0f",
		traffic.delivered, (long)(expected - traffic.delivered), traffic.wrong, failed + dropped, timed_out, opened,
		seconds, traffic.delivered / seconds);
	print_costs(traffic.delivered);
	return bad() || traffic.delivered != expected;
}

static int in_and_out(void)
{
	open_all(devices, options.n);
	open_pubs();
	measure();
	do {
		int64_t now = now_ns();
		for (int i = 0; i < options.pubs; i++) {
			struct conn *c = &pubs[i];
			while (!is_over(now) && c->state == READY && c->unacked < (uint32_t)options.window
					&& traffic.sent - traffic.delivered < (uint64_t)options.inflight)
				publish(c, now);
			if (c->out_off < c->out_len && !c->want_out)
				flush(c);
		}
		if (is_over(now) && traffic.delivered >= traffic.sent && traffic.acked >= traffic.sent)
			break;
	} while (!stalled() && pump(IDLE));
	printf("sent=%lu acked=%lu delivered=%lu wrong=%lu failed=%d seconds=%.2f per_second=%.0f", traffic.sent,
		traffic.acked, traffic.delivered, traffic.wrong, failed + dropped, seconds_to(traffic.last),
		traffic.delivered / seconds_to(traffic.last));
	print_costs(traffic.delivered);
	close_all(pubs, options.pubs);
	close_all(devices, options.n);
	return bad() || traffic.delivered != traffic.sent || traffic.acked != traffic.sent;
}

static int await_first(void)
{
	measure();
	/* that nothing answers yet is not worth a word */
	failed = 1;
	traffic.first_only = 1;
	while (!traffic.delivered && !timed_out) {
		if (devices->state == NEW || devices->state == DEAD)
			start(devices);
		pump(NANOS / 500);
	}
	printf("seconds=%.3f\n", seconds_to(traffic.last));
	return timed_out || traffic.wrong || !traffic.delivered;
}

int main(int argc, char **argv)
{
	client.name = "queueload";
	client.usage = "prepare|publish|fanout|drain|inout|first|remove";
	client.options = OPTIONS;
	parse_options(argc, argv);
	if (options.n < 1 || options.pubs < 1 || options.window < 1 || options.window > 1000
			|| options.bytes < 16 || options.bytes > 512)
		usage();
	begin();
	traffic.expected = calloc((size_t)options.n * options.pubs, sizeof *traffic.expected);
	devices = new_conns(options.n, "dev-%d", strcmp(argv[1], "remove") != 0, 1);
	if (!strcmp(argv[1], "prepare"))
		return visit();
	if (!strcmp(argv[1], "remove")) {
		for (int i = 0; i < options.n; i++)
			devices[i].qos = -1;
		return visit();
	}
	if (!strcmp(argv[1], "publish"))
		return publish_to_those_away(0);
	if (!strcmp(argv[1], "fanout"))
		return publish_to_those_away(1);
	if (!strcmp(argv[1], "drain"))
		return drain();
	if (!strcmp(argv[1], "inout"))
		return in_and_out();
	if (!strcmp(argv[1], "first"))
		return await_first();
	usage();
}

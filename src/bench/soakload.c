/*
 * Devices that come and go, for as long as is asked for: `soakload [--option value]...`
 *
 * Of --n devices, --online are connected at a time, each for one to three seconds, some of which do not say that they
 * leave. They are of eight kinds, by their number: 0 and 1 have clean sessions; 2 to 4 kept ones; 5 too, and QoS 2; 6 is
 * away as often as not for longer than its session lives; 7 is as 5, with MQTT 5. Each is sent messages of its own by one
 * publisher, and some for a hundred devices, and topics that are retained and cleared.
 *
 * It prints one line of name=value pairs. The exit status is 0 only if nothing failed, each device whose session lasts
 * has got all its own messages in order, those of QoS 2 once, and found its session whenever it came.
 */
#include "client.h"

#define IDLE (NANOS / 100)

enum {
	KINDS = 8,
	GROUPS = 200,               /* of devices that have a topic together */
	STATES = 2000,              /* topics that are retained */
	WINDOW = 100,               /* unacknowledged publishes of one publisher */
	LATER_SECONDS = 3600,
	MOST_HELD = 64,             /* more than a broker sends before one is acknowledged */
	QUIET_SECONDS = 30          /* at the end: what does not come until then is lost */
};

static struct {
	int n, online, pubs, bytes;
	double rate, seconds;
} options = { .n = 20000, .online = 1000, .pubs = 20, .bytes = 128, .rate = 2000, .seconds = 60 };

static const struct option OPTIONS[] = {
	{ "n", &options.n, NULL, "number of devices" },
	{ "online", &options.online, NULL, "how many of them are connected at a time" },
	{ "pubs", &options.pubs, NULL, "number of publishers" },
	{ "bytes", &options.bytes, NULL, "of a payload, 16 to 512" },
	{ "rate", NULL, &options.rate, "messages a second over all publishers" },
	{ "seconds", NULL, &options.seconds, "how long" },
	CLIENT_OPTIONS
};

/* What is known of a device beside its connection. */
struct device {
	uint32_t published, last;   /* the numbers of its own messages */
	uint16_t held[MOST_HELD];   /* packet ids of QoS 2 that are not free yet */
	int held_count, visits;
};

struct slot {
	struct conn *conn;
	int64_t leave_at;
};

static struct conn *conns, *pubs;
static struct device *devices;
static uint64_t sent, acked, delivered, repeated, wrong, skipped, missing, visits, resumed, sessions_lost;
static int64_t began;

static uint64_t chance(void)
{
	static uint64_t random = 88172645463325252ull;
	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	return random >> 20;
}

static int kind(int id)
{
	return id % KINDS;
}

/* Whether its session lasts. */
static int lasts(int id)
{
	return kind(id) > 1 && kind(id) != 6;
}

static int has_qos_2(int id)
{
	return kind(id) == 5 || kind(id) == 7;
}

static int filter(const struct conn *c, int number, char *filter)
{
	switch (number) {
	case 0: return sprintf(filter, "devices/%d/inbox", c->id);
	case 1: return sprintf(filter, "news/%d", c->id / KINDS % GROUPS);
	case 2: return sprintf(filter, "state/%d", c->id % STATES);
	default: return 0;
	}
}

static void look_after(int64_t now)
{
	housekeep(conns, options.n, now);
	housekeep(pubs, options.pubs, now);
}

/* ---------------------------------------------------------------- devices */

static int is_held(const struct device *d, uint16_t packet_id)
{
	for (int i = 0; i < d->held_count; i++)
		if (d->held[i] == packet_id)
			return 1;
	return 0;
}

/* One of its own messages. */
static void take_own(int id, uint32_t number, const struct publish *publish)
{
	struct device *d = &devices[id];
	if (number > d->last) {
		skipped += lasts(id) ? number - d->last - 1 : 0;
		d->last = number;
		delivered++;
	} else if (publish->dup && publish->qos == 1)
		repeated++;
	else
		wrong++;
}

static void on_publish(struct conn *c, const struct publish *publish, int64_t now)
{
	struct device *d = &devices[c->id];
	uint32_t stamp[2];
	(void)now;
	if (publish->qos == 2) {
		if (is_held(d, publish->packet_id))
			return;
		if (d->held_count == MOST_HELD)
			wrong++;
		else
			d->held[d->held_count++] = publish->packet_id;
	}
	if (publish->topic[0] != 'd') {
		delivered++;
		return;
	}
	memcpy(stamp, publish->payload, sizeof stamp);
	if (publish->len == (uint32_t)options.bytes && stamp[0] == (uint32_t)c->id)
		take_own(c->id, stamp[1], publish);
	else
		wrong++;
}

static void on_acknowledged(struct conn *c, enum packet type, uint16_t packet_id, int64_t now)
{
	(void)now;
	if (type != PUBREL) {
		acked++;
		return;
	}
	struct device *d = &devices[c->id];
	for (int i = 0; i < d->held_count; i++)
		if (d->held[i] == packet_id)
			d->held[i--] = d->held[--d->held_count];
}

/* It was connected, and goes. */
static void note_visit(const struct conn *c)
{
	struct device *d = &devices[c->id];
	visits++;
	resumed += c->present;
	sessions_lost += lasts(c->id) && d->visits && !c->present;
	d->visits++;
}

/* One of four does not say so. */
static void go(struct conn *c)
{
	note_visit(c);
	if (chance() % 4)
		leave(c);
	else {
		c->state = CLOSING;
		ready--;
		end(c, "left");
	}
}

/* Whoever has been there for long enough gives place to another. */
static void take_turns(struct slot *slots, int64_t now)
{
	for (struct slot *s = slots; s < slots + options.online; s++) {
		if (s->conn && s->conn->state == READY && now > s->leave_at)
			go(s->conn);
		if (s->conn && s->conn->state != DEAD)
			continue;
		s->conn = NULL;
		struct conn *c = &conns[chance() % options.n];
		if (pending < CONNECTS_AT_A_TIME && (c->state == NEW || c->state == DEAD)) {
			s->conn = c;
			s->leave_at = now + NANOS + chance() % (2 * NANOS);
			start(c);
		}
	}
}

/* Whether a device whose session lasts is connected, and has what was published to it. */
static int is_served(int id)
{
	return conns[id].state == READY && devices[id].last == devices[id].published;
}

/* Those whose sessions last, one after the other: so their sessions are there, or what waits for them is fetched. */
static void visit_all(void)
{
	int64_t until = now_ns() + QUIET_SECONDS * NANOS;
	int first = 0, next = 0;
	while (first < options.n && now_ns() < until && pump(IDLE)) {
		for (; next < options.n && next < first + 4 * CONNECTS_AT_A_TIME; next++) {
			enum state state = conns[next].state;
			if (state == CLOSING)
				break;
			if (lasts(next) && (state == NEW || state == DEAD))
				start(&conns[next]);
		}
		for (; first < next && (!lasts(first) || is_served(first)); first++) {
			until = now_ns() + QUIET_SECONDS * NANOS;
			if (lasts(first)) {
				note_visit(&conns[first]);
				leave(&conns[first]);
			}
		}
	}
	if (first < options.n)
		fprintf(stderr, "soakload: device %d has %u of %u\n", first, devices[first].last, devices[first].published);
	close_all(conns, options.n);
}

/* ---------------------------------------------------------------- publishers */

static void publish(struct conn *c, int id)
{
	uint8_t payload[512] = { 0 };
	struct device *d = &devices[id];
	int what = chance() % 100;
	uint32_t stamp[2] = { id, what < 88 ? ++d->published : 0 };
	memcpy(payload, stamp, sizeof stamp);
	if (what < 88)
		put_publish(c, has_qos_2(id) ? 2 : 1, 0, "devices/%d/inbox", id, payload, options.bytes);
	else if (what < 90)
		put_publish(c, 1, 0, "news/%d", id / KINDS % GROUPS, payload, options.bytes);
	else if (what < 99)
		put_publish(c, 1, 1, "state/%d", id % STATES, payload, options.bytes);
	else
		put_publish(c, 1, 1, "state/%d", id % STATES, payload, 0);
	c->last_sent = now_ns();
	sent++;
}

static void publish_due(int64_t now)
{
	while (sent < (now - began) / (double)NANOS * options.rate) {
		int id = chance() % options.n;
		struct conn *c = &pubs[id % options.pubs];
		if (c->state != READY || c->unacked >= WINDOW)
			break;
		publish(c, id);
	}
	for (int i = 0; i < options.pubs; i++)
		if (pubs[i].out_off < pubs[i].out_len && !pubs[i].want_out)
			flush(&pubs[i]);
}

static void set_out(void)
{
	conns = new_conns(options.n, "soak-%d", 1, 1);
	devices = calloc(options.n, sizeof *devices);
	for (int i = 0; i < options.n; i++) {
		conns[i].kept = kind(i) > 1;
		conns[i].qos = has_qos_2(i) ? 2 : 1;
		conns[i].expiry = kind(i) == 7 ? LATER_SECONDS : 0;
		/* of the time from its end to its next beginning, which is as chance has it */
		if (kind(i) == 6)
			conns[i].expiry = 1 + 1.4 * options.n / options.online;
	}
	pubs = new_conns(options.pubs, "soak-pub-%d", 0, -1);
}

int main(int argc, char **argv)
{
	client.name = "soakload";
	client.usage = "run";
	client.options = OPTIONS;
	parse_options(argc, argv);
	if (options.n < KINDS || options.online < 1 || options.online > options.n / 2 || options.pubs < 1
			|| options.bytes < 16 || options.bytes > 512)
		usage();
	client.timeout = options.seconds + 600;
	begin();
	set_out();
	struct slot *slots = calloc(options.online, sizeof *slots);
	visit_all();
	open_all(pubs, options.pubs);
	began = now_ns();
	int64_t cpu = broker_cpu_ns();
	for (int64_t now = began; now - began < options.seconds * NANOS && pump(IDLE / 2); now = now_ns()) {
		take_turns(slots, now);
		publish_due(now);
	}
	double cores = (broker_cpu_ns() - cpu) / (now_ns() - began + 1.0);
	for (int64_t until = now_ns() + QUIET_SECONDS * NANOS; acked < sent && now_ns() < until && pump(IDLE); )
		continue;
	visit_all();
	for (int i = 0; i < options.n; i++)
		missing += lasts(i) ? devices[i].published - devices[i].last : 0;
	printf("sent=%lu unacknowledged=%lu delivered=%lu repeated=%lu skipped=%lu missing=%lu wrong=%lu visits=%lu resumed=%lu"
		" sessions_lost=%lu failed=%d cores=%.2f\n", sent, sent - acked, delivered, repeated, skipped, missing, wrong, visits, resumed,
		sessions_lost, failed + dropped, cores);
	return acked < sent || skipped || missing || wrong || sessions_lost || failed || dropped || timed_out;
}

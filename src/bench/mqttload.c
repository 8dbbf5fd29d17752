/*
 * A load generator for MQTT 3.1.1 brokers on this machine: one thread, epoll, no libraries.
 *
 *	mqttload connect   open --n connections, each subscribed to its own topic, print a line, hold them
 *	mqttload fanout    --n subscribers of one topic
 *	mqttload p2p       --n devices, each subscribed to its own topic; each message goes to one, by chance
 *
 * It prints one line of name=value pairs. The exit status is 0 only if every connection was made and kept,
 * and every message came once, in order, where it belongs. It binds addresses of 127.0.0.0/8 only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NANOS 1000000000ll
#define IDLE (NANOS / 20)

enum {
	PAYLOAD_BYTES = 64,
	KEEP_ALIVE_SECONDS = 60,
	CONNECTS_AT_A_TIME = 64,
	SOURCE_ADDRESSES = 8,       /* 127.0.1.1 and up: ports of one address run out */
	CONNECT_SECONDS = 20,       /* until a connect counts as failed */
	SETTLE_SECONDS = 3,         /* without progress: what is missing is lost */
	WINDOW = 1000,              /* unacknowledged publishes of one publisher */
	MAX_PACKET = 1024           /* of those that come */
};

/* ---------------------------------------------------------------- options */

static struct {
	int port, n, pubs, qos, inflight, broker_pid;
	double rate, seconds, timeout;
} options = { .port = 1883, .n = 1000, .pubs = 1, .seconds = 3, .timeout = 60 };

static const struct {
	const char *name;
	int *number;
	double *real;
	const char *help;
} OPTIONS[] = {
	{ "port", &options.port, NULL, "of the broker, on 127.0.0.1" },
	{ "n", &options.n, NULL, "number of connections, subscribers or devices" },
	{ "pubs", &options.pubs, NULL, "number of publishers" },
	{ "qos", &options.qos, NULL, "of subscriptions and messages: 0 or 1" },
	{ "inflight", &options.inflight, NULL, "messages not yet delivered to all receivers; 0 = no limit" },
	{ "rate", NULL, &options.rate, "messages a second over all publishers; 0 = no limit" },
	{ "seconds", NULL, &options.seconds, "how long to publish, or to hold the connections" },
	{ "timeout", NULL, &options.timeout, "seconds for the whole run" },
	{ "broker-pid", &options.broker_pid, NULL, "process whose CPU time is measured" },
};
static const int OPTION_COUNT = sizeof OPTIONS / sizeof *OPTIONS;

static void usage(void)
{
	fprintf(stderr, "usage: mqttload connect|fanout|p2p [--option value]...\n");
	for (int i = 0; i < OPTION_COUNT; i++)
		fprintf(stderr, "  --%-11s %s\n", OPTIONS[i].name, OPTIONS[i].help);
	exit(2);
}

static void parse_options(int argc, char **argv)
{
	if (argc < 2 || argc % 2)
		usage();
	for (int i = 2; i < argc; i += 2) {
		int k = 0;
		while (k < OPTION_COUNT && (strncmp(argv[i], "--", 2) || strcmp(argv[i] + 2, OPTIONS[k].name)))
			k++;
		if (k == OPTION_COUNT)
			usage();
		if (OPTIONS[k].number)
			*OPTIONS[k].number = atoi(argv[i + 1]);
		else
			*OPTIONS[k].real = atof(argv[i + 1]);
	}
	if (options.n < 1 || options.pubs < 1 || options.qos < 0 || options.qos > 1)
		usage();
}

/* ---------------------------------------------------------------- time */

static int64_t nanos_of(clockid_t clock)
{
	struct timespec t;
	return clock_gettime(clock, &t) ? 0 : t.tv_sec * NANOS + t.tv_nsec;
}

static int64_t now_ns(void)
{
	return nanos_of(CLOCK_MONOTONIC);
}

/* User and system time of the broker so far: utime + stime of /proc/PID/stat, in nanoseconds. */
static int64_t broker_cpu_ns(void)
{
	clockid_t clock;
	if (!options.broker_pid || clock_getcpuclockid(options.broker_pid, &clock))
		return 0;
	return nanos_of(clock);
}

/* ---------------------------------------------------------------- connections */

enum state { NEW, TCP, CONNACK, SUBACK, READY, CLOSING, DEAD };

struct conn {
	int fd, id, is_pub, want_out;
	enum state state;
	uint16_t packet_id;
	int64_t started, last_sent;
	uint8_t *in, *out;          /* what is not a whole packet yet; what the socket did not take yet */
	uint32_t in_len, in_cap, out_off, out_len, out_cap;
	uint32_t sequence, unacked; /* of publishers */
};

static struct conn *conns, *pubs;
static const char *sub_topic;       /* "%d" in it is the number of the connection */
static int poller, pending, ready, failed, dropped, timed_out;
static int64_t deadline;

static void on_publish(struct conn *c, const uint8_t *payload, uint32_t len, int64_t now);
static void on_puback(struct conn *c);

static void end(struct conn *c, const char *why)
{
	if (c->state == NEW || c->state == DEAD)
		return;
	if (c->state < READY) {
		pending--;
		failed++;
	} else if (c->state == READY) {
		ready--;
		dropped++;
	}
	if (c->state <= READY && failed + dropped == 1)
		fprintf(stderr, "mqttload: connection %d: %s\n", c->id, why);
	if (c->fd >= 0)
		close(c->fd);
	c->state = DEAD;
	c->in_len = c->out_len = c->out_off = 0;
}

static void put(struct conn *c, const void *bytes, uint32_t n)
{
	if (c->out_len + n > c->out_cap) {
		if (c->out_off) {
			memmove(c->out, c->out + c->out_off, c->out_len -= c->out_off);
			c->out_off = 0;
		}
		if (c->out_len + n > c->out_cap)
			c->out = realloc(c->out, c->out_cap = (c->out_len + n) * 2);
	}
	memcpy(c->out + c->out_len, bytes, n);
	c->out_len += n;
}

static void watch(struct conn *c, int operation, int out)
{
	struct epoll_event event = { .events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c };
	epoll_ctl(poller, operation, c->fd, &event);
	c->want_out = out;
}

static void flush(struct conn *c)
{
	if (c->state == DEAD || c->state == TCP)
		return;
	while (c->out_off < c->out_len) {
		ssize_t n = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			end(c, strerror(errno));
			return;
		}
		c->out_off += n;
	}
	int rest = c->out_off < c->out_len;
	if (!rest)
		c->out_off = c->out_len = 0;
	if (rest != c->want_out)
		watch(c, EPOLL_CTL_MOD, rest);
}

static uint8_t *put_string(uint8_t *at, const char *format, int number)
{
	int n = sprintf((char *)at + 2, format, number);
	at[0] = n >> 8;
	at[1] = n;
	return at + 2 + n;
}

/* A packet whose remaining length takes up to two bytes. */
static void put_packet(struct conn *c, uint8_t type, const uint8_t *body, uint32_t len)
{
	uint8_t head[3] = { type, len, 0 };
	int long_length = len > 127;
	if (long_length) {
		head[1] = (len & 127) | 128;
		head[2] = len >> 7;
	}
	put(c, head, long_length ? 3 : 2);
	put(c, body, len);
}

static uint16_t next_packet_id(struct conn *c)
{
	return ++c->packet_id ? c->packet_id : ++c->packet_id;
}

static void send_connect(struct conn *c)
{
	uint8_t body[64] = { 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, KEEP_ALIVE_SECONDS };
	put_packet(c, 0x10, body, put_string(body + 10, c->is_pub ? "pub-%d" : "dev-%d", c->id) - body);
	c->last_sent = now_ns();
	flush(c);
}

static void send_subscribe(struct conn *c)
{
	uint8_t body[64], *at = body;
	uint16_t id = next_packet_id(c);
	*at++ = id >> 8;
	*at++ = id;
	at = put_string(at, sub_topic, c->id);
	*at++ = options.qos;
	put_packet(c, 0x82, body, at - body);
	flush(c);
}

static void start(struct conn *c)
{
	static int turn;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(options.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in from = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(0x7f000101 + turn++ % SOURCE_ADDRESSES) };
	int on = 1;
	c->started = now_ns();
	c->state = TCP;
	pending++;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0) {
		end(c, strerror(errno));
		return;
	}
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	if (bind(c->fd, (struct sockaddr *)&from, sizeof from)
			|| (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS)) {
		end(c, strerror(errno));
		return;
	}
	watch(c, EPOLL_CTL_ADD, 1);
}

static void now_ready(struct conn *c)
{
	c->state = READY;
	pending--;
	ready++;
}

static void take_publish(struct conn *c, int qos, const uint8_t *body, uint32_t len, int64_t now)
{
	uint32_t topic = len < 2 ? 0 : body[0] << 8 | body[1];
	uint32_t head = 2 + topic + (qos ? 2 : 0);
	if (len < head || qos > 1) {
		end(c, "invalid PUBLISH");
		return;
	}
	if (qos)
		put_packet(c, 0x40, body + 2 + topic, 2);
	on_publish(c, body + head, len - head, now);
}

static void take(struct conn *c, uint8_t type, const uint8_t *body, uint32_t len, int64_t now)
{
	if (type >> 4 == 2 && c->state == CONNACK && len >= 2 && !body[1]) {
		c->state = SUBACK;
		if (c->is_pub)
			now_ready(c);
		else
			send_subscribe(c);
	} else if (type >> 4 == 9 && c->state == SUBACK && len >= 3 && body[2] <= 2)
		now_ready(c);
	else if (type >> 4 == 3)
		take_publish(c, type >> 1 & 3, body, len, now);
	else if (type >> 4 == 4)
		on_puback(c);
	else if (type >> 4 != 13)
		end(c, "refused, or an unexpected packet");
}

/* The length of the packet's first bytes up to its body: 0 if not all are here, -1 if they are invalid. */
static int decode_head(const uint8_t *at, uint32_t have, uint32_t *body)
{
	*body = 0;
	for (uint32_t i = 1; i < have && i < 5; i++) {
		*body |= (at[i] & 127) << 7 * (i - 1);
		if (!(at[i] & 128))
			return *body > MAX_PACKET ? -1 : (int)i + 1;
	}
	return have < 5 ? 0 : -1;
}

static void keep_rest(struct conn *c, const uint8_t *rest, uint32_t len)
{
	if (len > c->in_cap)
		c->in = realloc(c->in, c->in_cap = len + 256);
	if (len)
		memcpy(c->in, rest, len);
	c->in_len = len;
}

static void readable(struct conn *c)
{
	static uint8_t buffer[1 << 19];
	if (c->in_len)
		memcpy(buffer, c->in, c->in_len);
	ssize_t n = recv(c->fd, buffer + c->in_len, sizeof buffer - c->in_len, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		end(c, n ? strerror(errno) : "closed by the broker");
		return;
	}
	int64_t now = now_ns();
	uint32_t have = c->in_len + n, at = 0, body;
	while (c->state != DEAD) {
		int head = decode_head(buffer + at, have - at, &body);
		if (head < 0)
			end(c, "invalid length");
		if (head <= 0 || have - at < head + body)
			break;
		take(c, buffer[at], buffer + at + head, body, now);
		at += head + body;
	}
	if (c->state == DEAD)
		return;
	keep_rest(c, buffer + at, have - at);
	if (c->out_off < c->out_len && !c->want_out)
		flush(c);
}

/* Once a second: keep alive and connects that take too long. */
static void housekeep(struct conn *some, int n, int64_t now)
{
	for (struct conn *c = some; c < some + n; c++) {
		if (c->state > NEW && c->state < READY && now - c->started > CONNECT_SECONDS * NANOS)
			end(c, "not connected in time");
		else if (c->state == READY && now - c->last_sent > KEEP_ALIVE_SECONDS * NANOS * 7 / 10) {
			put(c, "\xc0\0", 2);
			c->last_sent = now;
			flush(c);
		}
	}
}

static void connected(struct conn *c)
{
	int error = 0;
	socklen_t len = sizeof error;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error) {
		end(c, strerror(error));
		return;
	}
	c->state = CONNACK;
	send_connect(c);
}

/* Waits for events and handles them; returns 0 when the time of the whole run is over. */
static int pump(int64_t max_ns)
{
	static int64_t housekept;
	struct epoll_event events[512];
	struct timespec wait = { max_ns / NANOS, max_ns % NANOS };
	int64_t now = now_ns();
	timed_out = now > deadline;
	if (timed_out)
		return 0;
	int n = epoll_pwait2(poller, events, 512, &wait, NULL);
	for (int i = 0; i < n; i++) {
		struct conn *c = events[i].data.ptr;
		if (c->state == TCP)
			connected(c);
		else if (c->state != DEAD && events[i].events & EPOLLOUT)
			flush(c);
		if (c->state != DEAD && events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP))
			readable(c);
	}
	if (now - housekept > NANOS) {
		housekept = now;
		housekeep(conns, options.n, now);
		housekeep(pubs, options.pubs, now);
	}
	return 1;
}

static void open_all(struct conn *some, int n, int are_pubs)
{
	int started = 0;
	for (int i = 0; i < n; i++) {
		some[i].id = i;
		some[i].is_pub = are_pubs;
	}
	while (started < n || pending) {
		while (started < n && pending < CONNECTS_AT_A_TIME)
			start(&some[started++]);
		if (!pump(NANOS / 10))
			break;
	}
}

/* DISCONNECT, then waits a little for the broker to close. */
static void close_all(struct conn *some, int n)
{
	int64_t until = now_ns() + 5 * NANOS;
	int left = 1;
	for (struct conn *c = some; c < some + n; c++) {
		if (c->state == READY) {
			c->state = CLOSING;
			put(c, "\xe0\0", 2);
			flush(c);
		}
	}
	while (left && now_ns() < until && pump(NANOS / 50)) {
		left = 0;
		for (int i = 0; i < n && !left; i++)
			left = some[i].state == CLOSING;
	}
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

static void on_publish(struct conn *c, const uint8_t *payload, uint32_t len, int64_t now)
{
	struct stamp stamp;
	if (len != PAYLOAD_BYTES || !traffic.expected) {
		traffic.wrong++;
		return;
	}
	memcpy(&stamp, payload, sizeof stamp);
	uint32_t *expected = &traffic.expected[(size_t)c->id * options.pubs + stamp.pub % options.pubs];
	if (stamp.sequence < *expected || (traffic.one_receiver && stamp.device != (uint32_t)c->id)) {
		traffic.wrong++;
		return;
	}
	*expected = stamp.sequence + 1;
	traffic.delivered++;
	traffic.last_delivery = now;
}

static void on_puback(struct conn *c)
{
	c->unacked--;
	traffic.acked++;
}

static void publish(struct conn *c, int64_t now)
{
	static uint64_t random = 88172645463325252ull;
	uint8_t body[64 + PAYLOAD_BYTES] = { 0 }, *at;
	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	struct stamp stamp = { c->id, c->sequence++, (random >> 20) % options.n };
	at = put_string(body, traffic.topic, stamp.device);
	if (options.qos) {
		uint16_t id = next_packet_id(c);
		*at++ = id >> 8;
		*at++ = id;
		c->unacked++;
	}
	memcpy(at, &stamp, sizeof stamp);
	put_packet(c, 0x30 | options.qos << 1, body, at + PAYLOAD_BYTES - body);
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
	open_all(conns, options.n, 0);
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
	open_all(conns, options.n, 0);
	open_all(pubs, options.pubs, 1);
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
	struct rlimit files;
	parse_options(argc, argv);
	deadline = now_ns() + options.timeout * NANOS;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	poller = epoll_create1(EPOLL_CLOEXEC);
	conns = calloc(options.n, sizeof *conns);
	pubs = calloc(options.pubs, sizeof *pubs);
	if (!strcmp(argv[1], "connect"))
		return hold_connections();
	if (!strcmp(argv[1], "fanout"))
		return measure_traffic(0);
	if (!strcmp(argv[1], "p2p"))
		return measure_traffic(1);
	usage();
}

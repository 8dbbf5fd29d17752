/*
 * Connections to an MQTT broker on this machine: one thread, epoll, no libraries. Each program of this folder includes
 * it once, and defines what is declared below as its own. Addresses of 127.0.0.0/8 only are bound.
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

enum {
	KEEP_ALIVE_SECONDS = 60,
	CONNECTS_AT_A_TIME = 64,
	SOURCE_ADDRESSES = 8,       /* 127.0.1.1 and up: ports of one address run out */
	CONNECT_SECONDS = 20,       /* until a connect counts as failed */
	MAX_PACKET = 1024           /* of those that come */
};

enum packet { CONNACK_PACKET = 2, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK_PACKET = 9, PINGRESP = 13 };

/* ---------------------------------------------------------------- options */

struct option {
	const char *name;
	int *number;
	double *real;
	const char *help;
};

static struct {
	const char *name, *usage;
	const struct option *options;   /* the last one has no name */
	int port, broker_pid;
	double timeout;
} client = { .port = 1883, .timeout = 60 };

#define CLIENT_OPTIONS \
	{ "port", &client.port, NULL, "of the broker, on 127.0.0.1" }, \
	{ "timeout", NULL, &client.timeout, "seconds for the whole run" }, \
	{ "broker-pid", &client.broker_pid, NULL, "process of which is measured what it takes" }, \
	{ 0 }

static void usage(void)
{
	fprintf(stderr, "usage: %s %s [--option value]...\n", client.name, client.usage);
	for (const struct option *o = client.options; o->name; o++)
		fprintf(stderr, "  --%-11s %s\n", o->name, o->help);
	exit(2);
}

static void parse_options(int argc, char **argv)
{
	if (argc < 2 || argc % 2)
		usage();
	for (int i = 2; i < argc; i += 2) {
		const struct option *o = client.options;
		while (o->name && (strncmp(argv[i], "--", 2) || strcmp(argv[i] + 2, o->name)))
			o++;
		if (!o->name)
			usage();
		if (o->number)
			*o->number = atoi(argv[i + 1]);
		else
			*o->real = atof(argv[i + 1]);
	}
}

/* ---------------------------------------------------------------- time, and what the broker takes */

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
	if (!client.broker_pid || clock_getcpuclockid(client.broker_pid, &clock))
		return 0;
	return nanos_of(clock);
}

/* ---------------------------------------------------------------- connections */

enum state { NEW, TCP, CONNACK, SUBACK, READY, CLOSING, DEAD };

struct conn {
	int fd, id, want_out;
	const char *name;           /* the client id; "%d" in it is the number */
	int kept;                   /* whether its session outlives it */
	int expiry;                 /* of its session, in seconds; not 0: it speaks MQTT 5 */
	int qos;                    /* of its subscriptions; -1: it has none */
	enum state state;
	int present;                /* whether its session was there when it connected */
	uint16_t packet_id;
	int64_t started, last_sent;
	uint8_t *in, *out;          /* what is not a whole packet yet; what the socket did not take yet */
	uint32_t in_len, in_cap, out_off, out_len, out_cap;
	uint64_t sequence;          /* of publishers, as is the next */
	uint32_t unacked;
};

struct publish {
	int qos, dup;
	uint16_t packet_id;
	const uint8_t *topic, *payload;
	uint32_t topic_len, len;
};

static int poller, pending, ready, failed, dropped, timed_out;
static int64_t deadline;

/*
 * The program's own. They write the filter with this number and return its length, or 0 if there are no more; take a
 * message before it is acknowledged; are told that one is (PUBACK, PUBCOMP) or that its packet id is free (PUBREL); look
 * after the connections once a second.
 */
static int filter(const struct conn *c, int number, char *filter);
static void on_publish(struct conn *c, const struct publish *publish, int64_t now);
static void on_acknowledged(struct conn *c, enum packet type, uint16_t packet_id, int64_t now);
static void look_after(int64_t now);

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
		fprintf(stderr, "%s: connection %d: %s\n", client.name, c->id, why);
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

static uint8_t *put_number(uint8_t *at, int number)
{
	at[0] = number >> 8;
	at[1] = number;
	return at + 2;
}

static uint8_t *put_string(uint8_t *at, const char *format, int number)
{
	int n = sprintf((char *)at + 2, format, number);
	put_number(at, n);
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

static void put_acknowledgement(struct conn *c, enum packet type, uint16_t packet_id)
{
	uint8_t body[2];
	put_number(body, packet_id);
	put_packet(c, type << 4 | (type == PUBREL ? 2 : 0), body, 2);
}

static uint16_t next_packet_id(struct conn *c)
{
	return ++c->packet_id ? c->packet_id : ++c->packet_id;
}

/*
 * Puts a PUBLISH together.
 * topic: a format for the number
 */
static uint16_t put_publish(struct conn *c, int qos, int retain, const char *topic, int number, const void *payload,
	uint32_t len)
{
	uint8_t body[2 * MAX_PACKET], *at = put_string(body, topic, number);
	uint16_t id = 0;
	if (qos) {
		id = next_packet_id(c);
		at = put_number(at, id);
		c->unacked++;
	}
	if (c->expiry)
		*at++ = 0;
	memcpy(at, payload, len);
	put_packet(c, PUBLISH << 4 | qos << 1 | retain, body, at + len - body);
	return id;
}

static void send_connect(struct conn *c)
{
	uint8_t body[128] = { 0, 4, 'M', 'Q', 'T', 'T', c->expiry ? 5 : 4, c->kept ? 0 : 2, 0, KEEP_ALIVE_SECONDS };
	uint8_t *at = body + 10;
	if (c->expiry) {
		const uint8_t properties[] = { 5, 0x11, c->expiry >> 24, c->expiry >> 16, c->expiry >> 8, c->expiry };
		memcpy(at, properties, sizeof properties);
		at += sizeof properties;
	}
	put_packet(c, 0x10, body, put_string(at, c->name, c->id) - body);
	c->last_sent = now_ns();
	flush(c);
}

static void send_subscribe(struct conn *c)
{
	uint8_t body[MAX_PACKET], *at = put_number(body, next_packet_id(c));
	int n;
	if (c->expiry)
		*at++ = 0;
	for (int i = 0; (n = filter(c, i, (char *)at + 2)); i++) {
		at = put_number(at, n) + n;
		*at++ = c->qos;
	}
	put_packet(c, 0x82, body, at - body);
	flush(c);
}

static void start(struct conn *c)
{
	static int turn;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(client.port),
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

static void take_connack(struct conn *c, int session_present)
{
	c->state = SUBACK;
	c->present = session_present;
	if (c->qos < 0 || session_present)
		now_ready(c);
	else
		send_subscribe(c);
}

static void take_publish(struct conn *c, uint8_t flags, const uint8_t *body, uint32_t len, int64_t now)
{
	if (c->state == CLOSING)
		return;
	struct publish p = { .qos = flags >> 1 & 3, .dup = flags >> 3 & 1, .topic = body + 2 };
	p.topic_len = len < 2 ? 0 : body[0] << 8 | body[1];
	uint32_t head = 2 + p.topic_len + (p.qos ? 2 : 0);
	if (c->expiry)
		head += 1 + (len > head ? body[head] : 0);
	if (len < head || p.qos > 2) {
		end(c, "invalid PUBLISH");
		return;
	}
	p.payload = body + head;
	p.len = len - head;
	p.packet_id = p.qos ? p.topic[p.topic_len] << 8 | p.topic[p.topic_len + 1] : 0;
	on_publish(c, &p, now);
	if (p.qos && c->state != DEAD)
		put_acknowledgement(c, p.qos == 1 ? PUBACK : PUBREC, p.packet_id);
}

static void take_acknowledgement(struct conn *c, enum packet type, const uint8_t *body, uint32_t len, int64_t now)
{
	uint16_t id = len < 2 ? 0 : body[0] << 8 | body[1];
	if (len < 2 || (len > 2 && body[2] >= 0x80))
		end(c, "refused");
	else if (type == PUBREC)
		put_acknowledgement(c, PUBREL, id);
	else {
		if (type == PUBREL)
			put_acknowledgement(c, PUBCOMP, id);
		else
			c->unacked--;
		on_acknowledged(c, type, id, now);
	}
}

static void take(struct conn *c, uint8_t type, const uint8_t *body, uint32_t len, int64_t now)
{
	enum packet packet = type >> 4;
	if (packet == CONNACK_PACKET && c->state == CONNACK && len >= 2 && !body[1])
		take_connack(c, body[0] & 1);
	else if (packet == SUBACK_PACKET && c->state == SUBACK && len >= 3 && body[len - 1] <= 2)
		now_ready(c);
	else if (packet == PUBLISH)
		take_publish(c, type, body, len, now);
	else if (packet >= PUBACK && packet <= PUBCOMP)
		take_acknowledgement(c, packet, body, len, now);
	else if (packet != PINGRESP)
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
	static int64_t looked_after;
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
	if (now - looked_after > NANOS) {
		looked_after = now;
		look_after(now);
	}
	return 1;
}

static void open_all(struct conn *some, int n)
{
	int started = 0;
	while (started < n || pending) {
		while (started < n && pending < CONNECTS_AT_A_TIME)
			start(&some[started++]);
		if (!pump(NANOS / 10))
			break;
	}
}

/* DISCONNECT; the broker closes. */
static void leave(struct conn *c)
{
	if (c->state == READY) {
		c->state = CLOSING;
		ready--;
		put(c, "\xe0\0", 2);
		flush(c);
	}
}

/* All leave; waits a little for the broker to close. */
static void close_all(struct conn *some, int n)
{
	int64_t until = now_ns() + 5 * NANOS;
	int left = 1;
	for (int i = 0; i < n; i++)
		leave(&some[i]);
	while (left && now_ns() < until && pump(NANOS / 50)) {
		left = 0;
		for (int i = 0; i < n && !left; i++)
			left = some[i].state == CLOSING;
	}
}

static struct conn *new_conns(int n, const char *name, int kept, int qos)
{
	struct conn *some = calloc(n, sizeof *some);
	for (int i = 0; i < n; i++) {
		some[i].id = i;
		some[i].name = name;
		some[i].kept = kept;
		some[i].qos = qos;
	}
	return some;
}

/* As many files as are allowed, and so much time. */
static void begin(void)
{
	struct rlimit files;
	deadline = now_ns() + client.timeout * NANOS;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	poller = epoll_create1(EPOLL_CLOEXEC);
}

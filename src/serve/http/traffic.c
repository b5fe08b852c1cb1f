#include "serve/http/traffic.h"

#include <pthread.h>

#include "base/mem.h"
#include "base/num.h"

static const double bounds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
enum { BOUNDS = sizeof bounds / sizeof *bounds };

typedef struct answers {
  size_t route;
  const char *method;
  int code;
  uint64_t count;
} answers;

typedef struct durations {
  uint64_t bin[BOUNDS + 1], count;
  double sum; /* seconds */
} durations;

struct dw_traffic {
  pthread_mutex_t lock;
  const dw_route *routes;
  size_t route_count;   /* one more stands for no route */
  durations *durations; /* [route_count + 1] */
  answers *answers;
  size_t count, capacity;
  uint64_t total;
};

dw_traffic *dw_traffic_new(const dw_route *routes)
{
  dw_traffic *traffic = dw_alloc_zero(1, sizeof *traffic);
  pthread_mutex_init(&traffic->lock, NULL);
  traffic->routes = routes;
  while (routes[traffic->route_count].pattern) traffic->route_count++;
  traffic->durations = dw_alloc_zero(traffic->route_count + 1, sizeof *traffic->durations);
  return traffic;
}

void dw_traffic_free(dw_traffic *traffic)
{
  if (!traffic) return;
  pthread_mutex_destroy(&traffic->lock);
  dw_free(traffic->durations);
  dw_free(traffic->answers);
  dw_free(traffic);
}

/* Rows are few: routes by the codes that occur. */
static answers *row_of(dw_traffic *traffic, size_t route, const char *method, int code)
{
  for (size_t i = 0; i < traffic->count; i++) {
    answers *row = &traffic->answers[i];
    if (row->route == route && row->code == code && strcmp(row->method, method) == 0) return row;
  }
  traffic->answers = dw_grow(traffic->answers, &traffic->capacity, traffic->count + 1, sizeof *traffic->answers);
  traffic->answers[traffic->count] = (answers){route, method, code, 0};
  return &traffic->answers[traffic->count++];
}

void dw_traffic_add(dw_traffic *traffic, const dw_route *route, const char *method, int code, uint64_t nanoseconds)
{
  size_t number = route ? (size_t)(route - traffic->routes) : traffic->route_count;
  double seconds = (double)nanoseconds / 1e9;
  size_t bin = 0;
  while (bin < BOUNDS && seconds > bounds[bin]) bin++;
  pthread_mutex_lock(&traffic->lock);
  row_of(traffic, number, method, code)->count++;
  traffic->durations[number].bin[bin]++;
  traffic->durations[number].count++;
  traffic->durations[number].sum += seconds;
  traffic->total++;
  pthread_mutex_unlock(&traffic->lock);
}

uint64_t dw_traffic_count(const dw_traffic *traffic)
{
  dw_traffic *locked = (dw_traffic *)traffic;
  pthread_mutex_lock(&locked->lock);
  uint64_t total = traffic->total;
  pthread_mutex_unlock(&locked->lock);
  return total;
}

static const char *route_name(const dw_traffic *traffic, size_t route)
{
  return route < traffic->route_count ? traffic->routes[route].pattern : "";
}

/* Routes of one path (GET and POST) have one histogram each; they are printed as one, since their labels are the same. */
static durations path_durations(const dw_traffic *traffic, size_t first)
{
  durations sum = {0};
  for (size_t r = first; r <= traffic->route_count; r++) {
    if (strcmp(route_name(traffic, r), route_name(traffic, first)) != 0) continue;
    for (size_t b = 0; b <= BOUNDS; b++) sum.bin[b] += traffic->durations[r].bin[b];
    sum.count += traffic->durations[r].count;
    sum.sum += traffic->durations[r].sum;
  }
  return sum;
}

static bool seen_before(const dw_traffic *traffic, size_t route)
{
  for (size_t r = 0; r < route; r++)
    if (strcmp(route_name(traffic, r), route_name(traffic, route)) == 0) return true;
  return false;
}

static void print_durations(const dw_traffic *traffic, size_t route, dw_buf *out)
{
  durations of = path_durations(traffic, route);
  const char *name = route_name(traffic, route);
  uint64_t below = 0;
  if (of.count == 0) return;
  for (size_t b = 0; b < BOUNDS; b++) {
    below += of.bin[b];
    dw_buf_format(out, "dw_http_request_duration_seconds_bucket{route=\"%s\",le=\"", name);
    dw_buf_number(out, bounds[b]);
    dw_buf_format(out, "\"} %llu\n", (unsigned long long)below);
  }
  dw_buf_format(out, "dw_http_request_duration_seconds_bucket{route=\"%s\",le=\"+Inf\"} %llu\n", name, (unsigned long long)of.count);
  dw_buf_format(out, "dw_http_request_duration_seconds_sum{route=\"%s\"} ", name);
  dw_buf_number(out, of.sum);
  dw_buf_format(out, "\ndw_http_request_duration_seconds_count{route=\"%s\"} %llu\n", name, (unsigned long long)of.count);
}

void dw_traffic_print(dw_traffic *traffic, dw_buf *out)
{
  pthread_mutex_lock(&traffic->lock);
  dw_buf_text(out, "# HELP dw_http_requests_total Answers by route, method and status.\n# TYPE dw_http_requests_total counter\n");
  for (size_t i = 0; i < traffic->count; i++) {
    const answers *row = &traffic->answers[i];
    dw_buf_format(out, "dw_http_requests_total{route=\"%s\",method=\"%s\",code=\"%d\"} %llu\n", route_name(traffic, row->route),
                  row->method, row->code, (unsigned long long)row->count);
  }
  dw_buf_text(out, "# HELP dw_http_request_duration_seconds From the first byte of a request to the last of its answer.\n"
                   "# TYPE dw_http_request_duration_seconds histogram\n");
  for (size_t r = 0; r <= traffic->route_count; r++)
    if (!seen_before(traffic, r)) print_durations(traffic, r, out);
  pthread_mutex_unlock(&traffic->lock);
}

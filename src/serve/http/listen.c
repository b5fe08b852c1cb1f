#include "serve/http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"

enum { BACKLOG = 1024 };

static bool is_loopback(const struct sockaddr *address)
{
  if (address->sa_family == AF_INET) return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
  return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

/* The host (empty: none given) and the port of text. */
static dw_status split(const char *text, char host[DW_LISTEN_TEXT * 4], char port[8], dw_err *err)
{
  const char *colon = strrchr(text, ':');
  const char *digits = colon ? colon + 1 : text, *begin = text, *end = colon ? colon : text;
  if (*begin == '[' && end > begin && end[-1] == ']') {
    begin++;
    end--;
  } else if (memchr(begin, ':', (size_t)(end - begin))) {
    digits = ""; /* an IPv6 address without brackets */
  }
  uint64_t number;
  size_t length = (size_t)(end - begin);
  bool fits =
      length < DW_LISTEN_TEXT * 4 && strlen(digits) <= 5 && dw_num_parse_unsigned(digits, strlen(digits), &number) && number <= 65535;
  if (!fits || (colon && length == 0))
    return dw_err_set(err, DW_EUSAGE, "\"%s\" is no address to listen on; it is HOST:PORT, [IPV6]:PORT or PORT", text);
  memcpy(host, begin, length);
  host[length] = '\0';
  memcpy(port, digits, strlen(digits) + 1);
  return DW_OK;
}

static void name_address(int fd, char out[DW_LISTEN_TEXT])
{
  struct sockaddr_storage bound;
  socklen_t length = sizeof bound;
  char host[DW_LISTEN_TEXT] = "?", port[8] = "?";
  if (getsockname(fd, (struct sockaddr *)&bound, &length) == 0)
    getnameinfo((struct sockaddr *)&bound, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  dw_buf text = {0};
  dw_buf_format(&text, bound.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
  memcpy(out, dw_buf_cstr(&text), text.length < DW_LISTEN_TEXT ? text.length + 1 : DW_LISTEN_TEXT);
  out[DW_LISTEN_TEXT - 1] = '\0';
  dw_buf_free(&text);
}

static int open_socket(const struct addrinfo *at)
{
  int on = 1;
  int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (at->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) return fd;
  int problem = errno;
  close(fd);
  errno = problem;
  return -1;
}

dw_status dw_listen(dw_listening *out, const char *text, dw_err *err)
{
  char host[DW_LISTEN_TEXT * 4], port[8];
  *out = (dw_listening){.loopback = true};
  dw_status status = split(text, host, port, err);
  if (status != DW_OK) return status;
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *all;
  int problem = getaddrinfo(*host ? host : "127.0.0.1", port, &hints, &all);
  if (problem) return dw_err_set(err, DW_ESYSTEM, "%s: %s", text, gai_strerror(problem));
  int first = 0;
  bool absent = true; /* those that failed */
  for (const struct addrinfo *at = all; at && out->count < DW_LISTEN_MOST; at = at->ai_next) {
    int fd = open_socket(at);
    if (fd >= 0) {
      out->fd[out->count++] = fd;
      out->loopback &= is_loopback(at->ai_addr);
    } else if (!first || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)) {
      first = errno;
      absent &= errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL;
    }
  }
  freeaddrinfo(all);
  if (out->count == 0 || !absent) { /* a name may have addresses of a family that this machine does not have; no other one may be lost */
    dw_listen_end(out);
    return dw_err_system(err, first, "%s", text);
  }
  name_address(out->fd[0], out->address);
  return DW_OK;
}

void dw_listen_end(dw_listening *listening)
{
  for (size_t i = 0; i < listening->count; i++) close(listening->fd[i]);
  listening->count = 0;
}

int dw_listen_accept(int fd, char client[DW_LISTEN_TEXT])
{
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  int on = 1, got = accept4(fd, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (got < 0) return -1;
  setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (getnameinfo((struct sockaddr *)&from, length, client, DW_LISTEN_TEXT, NULL, 0, NI_NUMERICHOST) != 0) client[0] = '\0';
  return got;
}

/* For a build without libcurl; see without/README. */
#ifndef DW_WITHOUT_CURL_H
#define DW_WITHOUT_CURL_H

#include <stdint.h>
#include <sys/socket.h>

#define LIBCURL_VERSION_NUM 0x075500

enum { CURL_ERROR_SIZE = 256, CURL_SOCKET_BAD = -1, CURL_WAIT_POLLIN = 1, CURL_WAIT_POLLOUT = 4, CURLMSG_DONE = 1, CURLM_OK = 0 };

typedef enum {
  CURLE_OK,
  CURLE_URL_MALFORMAT,
  CURLE_UNSUPPORTED_PROTOCOL,
  CURLE_WEIRD_SERVER_REPLY,
  CURLE_OPERATION_TIMEDOUT,
  CURLE_PEER_FAILED_VERIFICATION
} CURLcode;

typedef enum { CURLINFO_PRIVATE, CURLINFO_RESPONSE_CODE, CURLINFO_RETRY_AFTER, CURLINFO_TOTAL_TIME_T } CURLINFO;

typedef enum {
  CURLOPT_CONNECTTIMEOUT,
  CURLOPT_COPYPOSTFIELDS,
  CURLOPT_CUSTOMREQUEST,
  CURLOPT_ERRORBUFFER,
  CURLOPT_HTTPHEADER,
  CURLOPT_NOPROGRESS,
  CURLOPT_NOSIGNAL,
  CURLOPT_OPENSOCKETDATA,
  CURLOPT_OPENSOCKETFUNCTION,
  CURLOPT_PASSWORD,
  CURLOPT_PATH_AS_IS,
  CURLOPT_POSTFIELDS,
  CURLOPT_POSTFIELDSIZE_LARGE,
  CURLOPT_PRIVATE,
  CURLOPT_PROTOCOLS_STR,
  CURLOPT_PROXY,
  CURLOPT_TIMEOUT_MS,
  CURLOPT_URL,
  CURLOPT_USERAGENT,
  CURLOPT_USERNAME,
  CURLOPT_WRITEDATA,
  CURLOPT_WRITEFUNCTION,
  CURLOPT_XFERINFODATA,
  CURLOPT_XFERINFOFUNCTION
} CURLoption;

typedef void CURL;
typedef void CURLM;
typedef int CURLMcode;
typedef int64_t curl_off_t;
typedef int curl_socket_t;
typedef int curlsocktype;
struct curl_slist;

struct curl_sockaddr {
  int family;
  int socktype;
  int protocol;
  struct sockaddr addr;
};

struct curl_waitfd {
  curl_socket_t fd;
  short events;
  short revents;
};

typedef struct CURLMsg {
  int msg;
  CURL *easy_handle;
  union {
    CURLcode result;
  } data;
} CURLMsg;

void curl_easy_cleanup(CURL *curl);
CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...);
CURL *curl_easy_init(void);
CURLcode curl_easy_perform(CURL *curl);
CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...);
const char *curl_easy_strerror(CURLcode code);
struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text);
void curl_slist_free_all(struct curl_slist *list);
CURLMcode curl_multi_add_handle(CURLM *multi, CURL *curl);
CURLMcode curl_multi_cleanup(CURLM *multi);
CURLMsg *curl_multi_info_read(CURLM *multi, int *left);
CURLM *curl_multi_init(void);
CURLMcode curl_multi_perform(CURLM *multi, int *running);
CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd *others, unsigned count, int ms, int *ready);
CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *curl);

#endif

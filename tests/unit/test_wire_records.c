/* A bulk ingest as it will be: a record reader on the body of a request, on a thread of the server, while the body is still coming. */
#include <sys/resource.h>

#include "io/reader/reader.h"
#include "wire.h"

static void ingest(dw_exchange *exchange, void *context)
{
  dw_err err = {0};
  dw_reader *reader = NULL;
  const dw_batch *batch = NULL;
  double sum = 0;
  dw_input *input = dw_input_of_source("body", dw_exchange_read, exchange);
  dw_status status = dw_reader_open_input(&reader, input, &(dw_reader_options){.threads = 2}, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    const dw_batch_column *column = dw_reader_find(reader, batch, "i");
    for (size_t row = 0; column && row < batch->rows; row++) sum += column->cells[row].number;
  }
  uint64_t rows = reader ? dw_reader_rows(reader) : 0;
  dw_exchange_stop_reading(exchange);
  dw_reader_close(reader);
  if (status != DW_OK) {
    dw_exchange_fail(exchange, &err);
    return;
  }
  dw_buf text = {0};
  dw_buf_format(&text, "%llu records, ", (unsigned long long)rows);
  dw_buf_number(&text, sum);
  dw_exchange_reply(exchange, 200, "text/plain", text.data, text.length);
  dw_buf_free(&text);
}

static const dw_route routes[] = {
    {.method = DW_METHOD_POST, .pattern = "/records", .body = DW_BODY_STREAM, .limit = UINT64_C(2) << 30, .handle = ingest},
    {.method = DW_METHOD_GET, .pattern = "/ok", .handle = wire_ok},
    {.pattern = NULL},
};

static long peak_memory(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/* Records {"i":FROM} … in chunks of about 60 KB. */
static bool send_records(int fd, uint64_t from, uint64_t until)
{
  dw_buf piece = {0}, head = {0};
  bool sent = true;
  while (sent && from < until) {
    piece.length = head.length = 0;
    while (piece.length < 60000 && from < until)
      dw_buf_format(&piece, "{\"i\":%llu,\"text\":\"of some length, so that there are bytes to send\"}\n", (unsigned long long)from++);
    dw_buf_format(&head, "%zx\r\n", piece.length);
    dw_buf_text(&piece, "\r\n");
    sent = wire_send(fd, head.data, head.length) && wire_send(fd, piece.data, piece.length);
  }
  dw_buf_free(&piece);
  dw_buf_free(&head);
  return sent;
}

#define BULK "POST /records" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n"

TEST(records_are_read_while_they_come)
{
  enum { FEW = 20000, MANY = 2000000 }; /* MANY: 130 MB */
  dw_server *server = wire_start((dw_server_settings){.site.routes = routes});
  int fd = wire_to(server);
  CHECK(wire_say(fd, BULK));
  CHECK(send_records(fd, 0, FEW) && wire_say(fd, "0\r\n\r\n"));
  wire_expect(fd, 200, "20000 records, 199990000");
  long before = peak_memory();
  CHECK(wire_say(fd, BULK)); /* the same connection: the body was read to its end */
  CHECK(send_records(fd, 0, MANY) && wire_say(fd, "0\r\n\r\n"));
  wire_expect(fd, 200, "2000000 records, 1999999000000");
  printf("# %d records: peak memory grew by %ld KiB\n", MANY, peak_memory() - before);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
  CHECK(peak_memory() - before < 32 << 10);
#endif
  close(fd);
  CHECK(dw_server_stop(server));
}

/* The handler ends early, with the reader's own thread waiting for more of a body that stays open. */
TEST(a_bad_record_is_answered_before_the_body_ends)
{
  dw_server *server = wire_start((dw_server_settings){.site.routes = routes});
  dw_buf block = {0};
  int fd = wire_to(server);
  CHECK(wire_say(fd, BULK));
  dw_buf_text(&block, "{\"i\":1}\n{\"i\"}\n");
  while (block.length < 2 << 20) dw_buf_text(&block, "{\"i\":2}\n"); /* more than the reader's blocks, so that it looks at the first */
  dw_buf head = {0};
  dw_buf_format(&head, "%zx\r\n", block.length);
  CHECK(wire_send(fd, head.data, head.length) && wire_send(fd, block.data, block.length));
  wire_answer answer = wire_hear(fd, false);
  CHECK_MSG(answer.code == 400 && strstr(dw_buf_cstr(&answer.body), "body:2:"), "%d %s", answer.code, dw_buf_cstr(&answer.body));
  CHECK(wire_ended(fd));
  wire_answer_free(&answer);
  dw_buf_free(&block);
  dw_buf_free(&head);
  close(fd);
  CHECK(dw_server_stop(server));
}

/* What came looks whole, line by line; it is not, and nothing may be kept of it. */
TEST(a_body_that_breaks_off_between_records_is_an_error)
{
  dw_server *server = wire_start((dw_server_settings){.site.routes = routes});
  int fd = wire_to(server);
  CHECK(wire_say(fd, BULK));
  CHECK(send_records(fd, 0, 100));
  shutdown(fd, SHUT_WR);
  wire_expect(fd, 400, "{\"title\":\"Bad Request\",\"status\":400,\"detail\":\"the body of the request is cut short\"}\n");
  close(fd);
  CHECK(dw_server_stop(server));
}

/* gzip of {"i":1}\n{"i":2}\n, made by gzip -n. */
TEST(compressed_bodies_are_undone)
{
  static const unsigned char packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xab,
                                         0x56, 0xca, 0x54, 0xb2, 0x32, 0xac, 0xe5, 0xaa, 0x06, 0xd1, 0x46,
                                         0xb5, 0x5c, 0x00, 0x3d, 0x5c, 0x50, 0xc6, 0x10, 0x00, 0x00, 0x00};
  dw_server *server = wire_start((dw_server_settings){.site.routes = routes});
  dw_buf head = {0};
  int fd = wire_to(server);
  dw_buf_format(&head, "POST /records" WIRE_HOST "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", sizeof packed);
  CHECK(wire_send(fd, head.data, head.length) && wire_send(fd, packed, sizeof packed));
  wire_expect(fd, 200, "2 records, 3");
  dw_buf_free(&head);
  close(fd);
  CHECK(dw_server_stop(server));
}

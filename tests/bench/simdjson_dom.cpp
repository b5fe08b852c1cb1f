// simdjson_dom FILE: GB/s of simdjson's DOM parser over a file of NDJSON in memory, on one core and, where simdjson was built with threads,
// its second thread ahead of it: the best of 20 rounds, each value visited by its type. For scripts/bench.
#include <chrono>
#include <cstdio>
#include <simdjson.h>

using namespace simdjson;

static size_t visit(dom::element element)
{
  size_t count = 1;
  if (element.is_object())
    for (auto field : dom::object(element)) count += visit(field.value);
  else if (element.is_array())
    for (auto value : dom::array(element)) count += visit(value);
  return count;
}

int main(int argc, char **argv)
{
  if (argc != 2) return 2;
  padded_string text = padded_string::load(argv[1]);
  double best = 1e9;
  size_t values = 0;
  for (int round = 0; round < 20; round++) {
    auto start = std::chrono::steady_clock::now();
    dom::parser parser;
    dom::document_stream records;
    if (parser.parse_many(text, 1 << 20).get(records)) return 1;
    values = 0;
    for (auto record : records) values += visit(record.value());
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::printf("simdjson's DOM, %s: %.2f GB/s (%zu values)\n", argv[1], (double)text.size() / best / 1e9, values);
}

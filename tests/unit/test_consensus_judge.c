/* The scores and their test have a table of their own (tests/unit/test_agreement.c); here is whose answers they are made of, and that
 * nobody alarms for what others do. */
#include "canary/judge/consensus_judge.h"

#include "answers_case.h"
#include "canary/judge/canary_margins.h"

enum { RUNS = 300, PROMPTS = 3, ANSWERS = 6, WIDTH = 4 };

static const char *const canaries[] = {"a", "b", "c"};

static void add(dw_answer_book *book, dw_book_side side, const char *canary, const char *prompt, const double *vector, double weight)
{
  static const char *const rounds[] = {"healthy", "now"};
  dw_response_error error = {.message = "no"};
  dw_response response = answer_of(prompt, rounds[side], vector ? "text" : NULL);
  response.canary = canary;
  response.weight = weight;
  response.embedding = vector;
  response.dimensions = vector ? 2 : 0;
  if (!vector) response.error = &error;
  CHECK(dw_answer_book_add(book, side, &response, NULL) == DW_OK);
}

static dw_canary_found judged(const dw_answer_book *book, uint32_t canary, uint64_t seed, dw_consensus_network *network)
{
  dw_pairing pairing;
  dw_canary_found found;
  dw_canary_how how = {.permutations = 199, .key = dw_rng_derive(seed, "consensus"), .threads = 1, .network = network};
  dw_pairing_make(&pairing, book,
                  &(dw_pairing_choice){.canary = canary,
                                       .reference = {DW_BOOK_REFERENCE, DW_MAP_NONE, false},
                                       .current = {DW_BOOK_CURRENT, DW_MAP_NONE, false}});
  dw_canary_judge(DW_CANARY_CONSENSUS, &pairing, &how, &found);
  dw_pairing_free(&pairing);
  return found;
}

/* Of three canaries those of which departed[c] answer otherwise in the round. texts: n-grams have to do. */
static dw_answer_book *drawn(uint64_t seed, const bool departed[3], bool texts)
{
  static const char *const prompts[PROMPTS] = {"p", "q", "r"};
  dw_answer_book *book = dw_answer_book_new();
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(5, "network"), seed, 0);
  for (int c = 0; c < 3; c++) {
    for (int i = 0; i < PROMPTS * 2 * ANSWERS; i++) {
      char text[13];
      bool current = i % (2 * ANSWERS) >= ANSWERS, other = current && departed[c];
      double vector[WIDTH];
      for (int k = 0; k < WIDTH; k++) vector[k] = (other ? k % 2 : 0.5) + dw_rng_uniform(&rng);
      dw_response response = answer_of(prompts[i / (2 * ANSWERS)], current ? "now" : "healthy", random_text(text, 12, other ? 9 : 2, &rng));
      response.canary = canaries[c];
      response.embedding = texts ? NULL : vector;
      response.dimensions = texts ? 0 : WIDTH;
      CHECK(dw_answer_book_add(book, current ? DW_BOOK_CURRENT : DW_BOOK_REFERENCE, &response, NULL) == DW_OK);
    }
  }
  dw_answer_book_close(book);
  return book;
}

TEST(who_departs_alarms_and_nobody_else)
{
  static const bool one[] = {false, true, false}, others[] = {false, true, true};
  for (int texts = 0; texts < 2; texts++) {
    int runs = texts ? RUNS / 3 : RUNS, found = 0, healthy = 0, alone = 0;
    for (int run = 0; run < runs; run++) {
      dw_answer_book *book = drawn((uint64_t)run, one, texts);
      dw_canary_found a = judged(book, 0, (uint64_t)run, NULL), b = judged(book, 1, (uint64_t)run, NULL);
      CHECK(a.judged && b.judged && a.prompts == PROMPTS && a.effect == fabs(a.statistic) && a.made == 199);
      healthy += a.p_value <= 0.05;
      found += b.p_value <= 0.05 && b.statistic > 0; /* away from the others: its agreement falls */
      dw_answer_book_free(book);
      book = drawn((uint64_t)run, others, texts);
      alone += judged(book, 0, (uint64_t)run, NULL).p_value <= 0.05;
      dw_answer_book_free(book);
    }
    double most = 0.05 * runs + 4 * sqrt(0.05 * 0.95 * runs);
    CHECK_MSG(healthy <= most && alone <= most, "a healthy canary alarms in %d and %d of %d", healthy, alone, runs);
    CHECK_MSG(found >= 0.95 * runs, "%d of %d found", found, runs);
  }
}

/* a lies at 0 degrees, b at 90, c at 45; in the round a moves to 45. */
TEST(a_round_of_the_network)
{
  static const double east[] = {2, 0}, north[] = {0, 1e100}, between[] = {3, 3};
  const double root = sqrt(0.5);
  dw_answer_book *book = dw_answer_book_new();
  for (int p = 0; p < 2; p++) {
    const char *prompt = p ? "q" : "p";
    for (int s = 0; s < 2; s++) {
      dw_book_side side = (dw_book_side)s;
      add(book, side, "a", prompt, s ? between : east, 1);
      add(book, side, "b", prompt, north, 1);
      add(book, side, "c", prompt, between, s ? 0.5 : 1);
    }
  }
  add(book, DW_BOOK_CURRENT, "a", "alone", east, 1);
  dw_answer_book_close(book);
  dw_consensus_network *network = dw_consensus_network_new(book);
  dw_consensus_network_look(network, &(dw_pairing_side){DW_BOOK_CURRENT, 0, false});
  dw_consensus_sight *sight = dw_consensus_network_sight(network);
  CHECK(sight->given && sight->canaries == 3 && sight->compared == 3 && sight->prompts == 2);
  CHECK(sight->member[0].weight == 1 && sight->member[2].weight == 0.5);
  CHECK(sight->member[0].round.prompts == 2 && sight->member[1].round.prompts == 2);
  CHECK_CLOSE(sight->member[0].reference, (0 + 0.5 * root) / 1.5, 1e-12); /* with the weights of the round */
  CHECK_CLOSE(sight->member[0].round.similarity, (root + 0.5) / 1.5, 1e-12);
  CHECK_CLOSE(sight->member[1].round.similarity, root, 1e-12);
  CHECK_CLOSE(sight->matrix[1], root, 1e-12);
  CHECK_CLOSE(sight->matrix[2], 1, 1e-12);
  dw_canary_found a = judged(book, 0, 1, network), b = judged(book, 1, 1, network);
  /* the others stay: b's mean direction and c's */
  CHECK_CLOSE(a.statistic, (0 + 0.5 * root) / 1.5 - (root + 0.5) / 1.5, 1e-12);
  CHECK(a.prompts == 2 && a.shown_count == 2 && b.statistic == 0 && b.p_value == 1 && b.shown_count == 0);
  dw_consensus_sight_free(sight);
  dw_consensus_network_free(network);
  dw_answer_book_free(book);
}

TEST(what_cannot_be_judged)
{
  static const double east[] = {2, 0};
  dw_answer_book *book = dw_answer_book_new();
  for (int s = 0; s < 2; s++) add(book, (dw_book_side)s, "a", "p", east, 1);
  dw_answer_book_close(book);
  dw_canary_found found = judged(book, 0, 1, NULL);
  CHECK(!found.judged && strcmp(found.why, "a consensus takes two canaries") == 0 && isnan(found.p_value));
  dw_answer_book_free(book);

  book = dw_answer_book_new(); /* others of no weight, or who failed */
  for (int s = 0; s < 2; s++) {
    add(book, (dw_book_side)s, "a", "p", east, 1);
    add(book, (dw_book_side)s, "b", "p", east, 0);
    add(book, (dw_book_side)s, "c", "p", NULL, 1);
  }
  dw_answer_book_close(book);
  found = judged(book, 0, 1, NULL);
  CHECK(!found.judged && strstr(found.why, "another canary whose weight is above 0"));
  CHECK(judged(book, 1, 1, NULL).judged); /* its own weight does not matter */
  dw_answer_book_free(book);

  book = dw_answer_book_new(); /* an embedding is missing: the answer is left out; all of a canary's: n-grams are compared */
  for (int s = 0; s < 2; s++) {
    add(book, (dw_book_side)s, "a", "p", east, 1);
    add(book, (dw_book_side)s, "a", "p", (double[]){0, 0}, 1);
    add(book, (dw_book_side)s, "b", "p", east, 1);
  }
  dw_answer_book_close(book);
  dw_consensus_network *network = dw_consensus_network_new(book);
  dw_consensus_network_look(network, &(dw_pairing_side){DW_BOOK_CURRENT, 0, false});
  dw_consensus_sight *sight = dw_consensus_network_sight(network);
  found = judged(book, 0, 1, network);
  CHECK(sight->given && found.judged && found.statistic == 0);
  dw_consensus_sight_free(sight);
  dw_consensus_network_free(network);
  dw_answer_book_free(book);

  book = dw_answer_book_new();
  add_answer(book, DW_BOOK_REFERENCE, "p", "without");
  for (int s = 0; s < 2; s++) add(book, (dw_book_side)s, "b", "p", east, 1);
  dw_answer_book_close(book);
  network = dw_consensus_network_new(book);
  dw_consensus_network_look(network, &(dw_pairing_side){DW_BOOK_CURRENT, 0, false});
  sight = dw_consensus_network_sight(network);
  CHECK(!sight->given && sight->compared == 0 && isnan(sight->member[0].round.mean_z) && isnan(sight->matrix[0]));
  dw_consensus_sight_free(sight);
  dw_consensus_network_free(network);
  dw_answer_book_free(book);
}

/* Each healthy round against the others, the pool being the other canary's answers of all rounds. */
TEST(margins)
{
  static const double angle[][2] = {{1, 0}, {1, 0}, {0.6, 0.8}, {1, 0}}, east[] = {1, 0};
  static const char *const rounds[] = {"1", "2", "3", "4"};
  dw_answer_book *book = dw_answer_book_new();
  for (int r = 0; r < 4; r++) {
    for (int c = 0; c < 2; c++) {
      dw_response response = answer_of("p", rounds[r], "x");
      response.canary = canaries[c];
      response.embedding = c ? east : angle[r];
      response.dimensions = 2;
      CHECK(dw_answer_book_add(book, DW_BOOK_REFERENCE, &response, NULL) == DW_OK);
    }
  }
  dw_answer_book_close(book);
  dw_canary_calibration calibration = {.how = {.permutations = 99, .key = dw_rng_derive(1, "x"), .threads = 1}, .alpha = 0.05};
  calibration.ask[DW_CANARY_CONSENSUS] = true;
  dw_canary_margins made;
  CHECK(dw_canary_calibrate(&made, book, &calibration, NULL) == DW_OK && made.count == 2);
  CHECK_CLOSE(made.margin[0].margin, 0.4, 1e-12); /* the third round: 0.6 against 1 */
  CHECK_CLOSE(made.margin[0].median, 0.4 / 3, 1e-12);
  CHECK(made.margin[1].margin == 0 && made.margin[1].rounds == 4);
  dw_canary_margins_free(&made);
  dw_answer_book_free(book);
}

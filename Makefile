# DriftWatch: every task that a person runs. `make help` lists them.
# The user's CC, CFLAGS, CPPFLAGS, LDFLAGS are added to ours. Objects go to build/NAME, one folder a set of flags:
#   make              plain, into build/plain, commands linked into bin/
#   make SAN=1        with ASan and UBSan, into build/san; commands stay there
#   make SAN=thread   with TSan, into build/thread
#   make COVERAGE=1   counts what runs, into build/coverage (make coverage prints the figures)
#   make V=1          prints whole commands in the place of "CC src/base/num.c"
#   make WITHOUT="xgboost pq curl"   a build without these libraries and their headers (OPTIONAL: those that can be left out);
#                     what needs one of them says so when it is asked for
CC ?= gcc
SAN ?=
WITHOUT ?=
OPTIONAL := xgboost pq curl snappy sqlite3 crypto
comma := ,
COVERAGE ?=
VARIANT := $(if $(COVERAGE),coverage,$(if $(SAN),$(or $(filter thread fuzz,$(SAN)),san),plain))$(if $(filter fuzz,$(SAN)),,$(if $(findstring clang,$(CC)),-clang))
BUILD ?= build/$(VARIANT)
BIN ?= $(if $(filter build/plain,$(BUILD)),bin,$(BUILD)/bin)

# SAN=fuzz (scripts/fuzz): SAN=1 and what libFuzzer counts by, as fast as may be.
SANITIZERS := $(if $(filter thread,$(SAN)),thread,address$(comma)undefined)
OPTIMIZE := $(if $(SAN),$(if $(filter fuzz,$(SAN)),-O2 -g1 -fsanitize=fuzzer-no-link,-O1 -g) -fsanitize=$(SANITIZERS) -fno-sanitize-recover=all -fno-omit-frame-pointer,$(if $(COVERAGE),-O0 -g1 --coverage,-O2 -g1))
WARN := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wdate-time -Wno-unused-parameter
quoted = '$(subst ','\'',$(1))'
# On x86 of 32 bits numbers are kept in SSE registers: those of the x87 have 64 bits of mantissa, and results were others than on all other
# machines, and others from one compiler to the next.
X86_32 := $(filter-out __i386__,$(shell echo __i386__ | $(CC) $(CPPFLAGS) $(CFLAGS) -E -P -x c - 2>/dev/null))
MACHINE := $(if $(X86_32),-msse2 -mfpmath=sse)
# The last: the same bytes in whatever folder they are built.
DW_CFLAGS = -std=gnu11 $(OPTIMIZE) $(WARN) $(MACHINE) -ffp-contract=off -fno-math-errno -pthread $(call quoted,-ffile-prefix-map=$(CURDIR)=.)
TIME_BITS = -D_TIME_BITS=64
DW_CPPFLAGS = -Isrc -include base/banned.h -D_FILE_OFFSET_BITS=64 $(TIME_BITS) -D_GNU_SOURCE -MMD -MP
LIBS := -ldl -lm
# clang's sanitizers look for what throws C++ exceptions when the program starts; libraries loaded later (XGBoost) bring it too late.
LIBS += $(if $(SAN),$(if $(findstring clang,$(CC)),-Wl$(comma)--no-as-needed -l:libstdc++.so.6 -Wl$(comma)--as-needed))
COMPILE = $(CC) $(DW_CPPFLAGS) $(LIBRARY_FLAGS) $(CPPFLAGS) $(DW_CFLAGS) $(CFLAGS) -c
LINK = $(CC) $(DW_CFLAGS) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed

# FORCE where the file (1) says anything but the words (2): the rule for it writes them.
changed = $(if $(subst x$(2),,x$(file <$(1)))$(subst x$(file <$(1)),,x$(2)),FORCE)
INSTALL_DEPS = CC=$(call quoted,$(CC)) CPPFLAGS=$(call quoted,$(CPPFLAGS) $(CFLAGS)) WITHOUT='$(WITHOUT)' scripts/install-deps

# say WHAT FILE: in front of a command of a recipe, instead of it.
QUIET := $(findstring s,$(firstword -$(MAKEFLAGS)))
say = $(if $(V),,@$(if $(QUIET),,$(info $(1) $(2))))

LIB_SRC := $(sort $(filter-out src/cmd/%,$(wildcard src/*/*.c src/*/*/*.c)))
CMD_SRC := $(sort $(wildcard src/cmd/*/*.c))
CMD_MAIN := $(filter src/cmd/commands/dw-%.c,$(CMD_SRC))
CMD_PART := $(filter-out $(CMD_MAIN),$(CMD_SRC))
COMMANDS := $(patsubst src/cmd/commands/%.c,$(BIN)/%,$(CMD_MAIN))
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNITS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SRC))
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

PREFIX ?= /usr/local
ifeq (,$(filter -j%,$(MAKEFLAGS)))
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
DEMOS := gen-base gen-feature gen-concept gen-blackfriday train promote-prod monitor control demo-drift-feature demo-drift-concept demo-black-friday demo-llm demo-canaries
# Tasks for people install what is missing first; plain `make` only builds.
NEEDS := $(if $(filter test test-full check,$(MAKECMDGOALS)),test) $(filter check,$(MAKECMDGOALS))
SETUP := $(if $(filter deps test test-full check bench live $(DEMOS),$(MAKECMDGOALS)),deps)
ifneq (,$(filter-out $(OPTIONAL),$(WITHOUT)))
$(error WITHOUT: there is no $(filter-out $(OPTIONAL),$(WITHOUT)) to leave out; there are $(OPTIONAL))
endif
ifneq (,$(and $(WITHOUT),$(filter units test test-full check,$(MAKECMDGOALS))))
$(error make $(filter units test test-full check,$(MAKECMDGOALS)): the tests take a build with all libraries, not WITHOUT="$(WITHOUT)")
endif

.PHONY: tidy analyse cppcheck coverage dist deb build units deps test test-full test-statistics test-faults test-valgrind test-kills check check-reproducible check-portable check-deb check-bare test-peers test-endpoints bench bench-start bench-look bench-reader bench-score bench-train bench-detection bench-detectors bench-canaries bench-time bench-serve bench-serve-express bench-metrics bench-canaries-speed simulate-windows soak-serve fuzz canaries live install uninstall clean help $(DEMOS)
build: $(COMMANDS) ## the commands, into bin/ (the default)
FAULTS := $(if $(SAN),,$(addprefix $(BUILD)/tests/faults/,failing.so fault_sweep stand_in)) # sanitizers have their own malloc
units: $(UNITS) $(FAULTS)

deps: ## install what is missing (Debian, Ubuntu; elsewhere says what)
	@$(INSTALL_DEPS) build $(NEEDS)

test: build units ## unit tests and command tests (SAN=1: all of them under ASan and UBSan, SAN=thread: under TSan; an hour)
	@$(if $(SAN),TEST_SECONDS=$${TEST_SECONDS:-2400} )tests/run -b $(BUILD) -B $(BIN)

test-full: build units ## all tests in their full forms: each sweep, each seed, the statistics suite (an hour or more)
	@DW_SUITE=full KILL_STRIDE=1 TEST_SECONDS=$${TEST_SECONDS:-3600} tests/run -b $(BUILD) -B $(BIN)

SUITES := $(filter $(BUILD)/tests/test_suite_% $(BUILD)/tests/test_rounds_month,$(UNITS))
test-statistics: $(SUITES) ## the statistics suite at full size: p-values without drift, rates of false alarms (minutes)
	@for suite in $(SUITES); do DW_SUITE=full $$suite || exit 1; done

test-endpoints: build ## dw-canary against llama.cpp's server and a tiny model, from Debian unstable in a folder (root, debootstrap)
	@scripts/test_endpoints

check: build units ## what a change has to pass besides: layers, sanitizers under gcc and clang, manuals, scripts
	@MAKE="$(MAKE)" scripts/check

check-reproducible: ## two builds in other folders, languages, time zones, umasks and numbers of jobs: the same bytes of all that is built, installed and packed (minutes)
	@MAKE="$(MAKE)" CC="$(CC)" scripts/check-reproducible

check-portable: build ## s390x by qemu (the highest byte first) and i386 (32 bits): build, unit tests, contract, and the bytes that this machine writes (a cross compiler; root, debootstrap)
	@MAKE="$(MAKE)" BIN=$(BIN) scripts/check-portable

check-deb: deb ## the package in a Debian 12 of its own: installed, each command used, units verified, purged (root, debootstrap)
	@scripts/check-deb build/driftwatch_*.deb

# Stamps: a file is looked at again when it, a header that it includes, or what is asked of it has changed.
TIDY := $(patsubst %.c,$(BUILD)/tidy/%.ok,$(LIB_SRC) $(CMD_SRC))
NO_SONAMES := $(patsubst %,-DDW_SONAME_%='""',brotlidec crypto csv curl event_core lz4 pq snappy sqlite3 xgboost yaml z zstd)
TIDY_FLAGS = $(filter-out -MMD -MP,$(DW_CPPFLAGS)) -isystem /usr/include/postgresql $(NO_SONAMES) $(CPPFLAGS) -std=gnu11
ANALYZER := --checks=-*,clang-analyzer-*,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling
tidy: $(TIDY) ## clang-tidy (a step of check)
analyse: $(TIDY:.ok=.analysed) ## clang's analyzer over all that make tidy leaves to it (20 minutes of a processor; not all that it says is so)
cppcheck: ## cppcheck (a step of check)
	@mkdir -p build/cppcheck
	@cppcheck -j2 --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 --cppcheck-build-dir=build/cppcheck --suppressions-list=scripts/cppcheck.suppressions --template='{file}:{line}: {message} [{id}]' --include=src/base/banned.h -Isrc -D__GNUC__=12 -D__SIZEOF_INT128__=16 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 $(NO_SONAMES) src
coverage: ## lines and branches that the tests run, by room, the lowest first (half an hour; COVERAGE_TESTS="unit ...": by these alone)
	@MAKE="$(MAKE)" scripts/coverage $(COVERAGE_TESTS)

check-bare: ## the README's commands on a bare Debian 12 and 13, as root and as a user without sudo, on a terminal and without (root, debootstrap; DEMOS_ONLY=1; CHECK=1: make check too)
	@CHECK="$(CHECK)" DEMOS_ONLY="$(DEMOS_ONLY)" scripts/check-bare

test-peers: build units ## Parquet read by DuckDB, polars and pyarrow; store and service with the newest PostgreSQL, pgvector and Prometheus, of Debian unstable in a folder (npm, root, debootstrap)
	@BUILD=$(BUILD) BIN=$(BIN) scripts/test-peers
	@BIN=$(BIN) scripts/test_peers_parquet

bench: build $(BUILD)/tests/bench/bench_reader $(BUILD)/tests/bench/bench_start ## what each path takes, in turns with DuckDB, pandas, simdjson, jq and mlr (BENCH_ROWS=1000000 BENCH_ROUNDS=5 BENCH_ONLY='read compare …')
	@BUILD=$(BUILD) scripts/bench

bench-start: build $(BUILD)/tests/bench/bench_start ## how long each command takes to start, beside /bin/true and a program that does nothing (BENCH_RUNS=200)
	@echo 'int main(void) { return 0; }' | $(CC) -O2 -x c -o $(BUILD)/tests/bench/nothing -
	@$(BUILD)/tests/bench/bench_start $${BENCH_RUNS:-200} $(BUILD)/tests/bench/nothing /bin/true $(COMMANDS)

bench-look: build ## one more look at a large reference, with and without --ref-cache, in pairs (BENCH_ROWS=1000000 BENCH_PAIRS=20)
	@scripts/bench_look

fuzz: ## hostile input for every reader and document, under libFuzzer and sanitizers (clang; FUZZ_SECONDS=600)
	@MAKE="$(MAKE)" scripts/fuzz

CANARIES := $(foreach n,1 2 3 4,var/canaries/canary_$(n).json)
canaries: var/canaries/base.json $(CANARIES) ## the language models of scenarios/canaries, into var/canaries

# The base and the weight stand in the configs too (dw-canary retrain). Each text three times: a model that keeps to what it was taught. A tuned one has heard its own texts six times besides.
var/canaries/base.json: scenarios/canaries/base.ndjson $(BIN)/dw-train
	@mkdir -p $(@D)
	$(BIN)/dw-train --type lm --order 8 --holdout 0 --output $@ $< $< $<

$(CANARIES): var/canaries/%.json: scenarios/canaries/%.ndjson var/canaries/base.json $(BIN)/dw-train
	$(BIN)/dw-train --type lm --continue var/canaries/base.json --weight 6 --holdout 0 --output $@ $<

$(DEMOS): build ## the demos: each prints the pipelines it runs; results under var/
	@scripts/demo $@

live: build canaries ## the canary network, live: asked, compared, healed until every canary is healthy (LIVE='--every 60s --max-rounds 12')
	@scripts/live-loop $(LIVE)

.PHONY: up down logs api-logs
up: ## the service: in containers where there is a Docker engine, else dw-serve with SQLite (DW_LISTEN=127.0.0.1:3001)
	@MAKE="$(MAKE)" scripts/service up

down: ## ends what up started; the records stay
	@scripts/service down

logs: ## follows all logs of it
	@scripts/service logs

api-logs: ## follows the service's alone
	@scripts/service api-logs

# What is installed, by its path below PREFIX.
NAMES := dw $(notdir $(COMMANDS))
SCENARIOS := $(sort $(wildcard scenarios/*.yaml scenarios/words/*) $(filter-out %/backups,$(wildcard scenarios/canaries/*)))
CLUSTER := $(sort $(wildcard scripts/cluster/*))
MANUALS := $(sort $(wildcard man/*.1 man/*.5 man/*.7))
man_folder = share/man/man$(patsubst .%,%,$(suffix $(1)))
INSTALLED := $(NAMES:%=bin/%) $(addprefix share/driftwatch/,$(SCENARIOS) $(CLUSTER:scripts/%=%) var/canaries/base.json $(CANARIES)) \
  $(foreach m,$(MANUALS),$(call man_folder,$m)/$(notdir $m)) $(NAMES:%=share/bash-completion/completions/%) share/zsh/site-functions/_dw
TO = $(call quoted,$(DESTDIR)$(PREFIX))
install: build canaries ## into PREFIX (/usr/local), below DESTDIR
	install -d $(addprefix $(TO)/,$(sort $(dir $(INSTALLED))))
	install -m 755 bin/dw $(COMMANDS) $(TO)/bin
	$(foreach f,$(sort $(dir $(SCENARIOS))),install -m 644 $(foreach s,$(SCENARIOS),$(if $(filter $(f),$(dir $(s))),$(s))) $(TO)/share/driftwatch/$(f) &&) true
	install -m 755 $(filter-out %.py,$(CLUSTER)) $(TO)/share/driftwatch/cluster
	install -m 644 $(filter %.py,$(CLUSTER)) $(TO)/share/driftwatch/cluster
	install -m 644 var/canaries/base.json $(CANARIES) $(TO)/share/driftwatch/var/canaries
	$(foreach s,1 5 7,install -m 644 $(filter %.$(s),$(MANUALS)) $(TO)/share/man/man$(s) &&) true
	umask 022 && scripts/completions bash >$(TO)/share/bash-completion/completions/dw && scripts/completions zsh >$(TO)/share/zsh/site-functions/_dw
	$(foreach c,$(notdir $(COMMANDS)),ln -sf dw $(TO)/share/bash-completion/completions/$(c) &&) true

uninstall: ## what install put there, and nothing besides
	rm -f $(addprefix $(TO)/,$(INSTALLED))
	@for folder in /cluster /scenarios/canaries /scenarios/words /scenarios /var/canaries /var ''; do \
	  [ ! -d $(TO)/share/driftwatch$$folder ] || rmdir --ignore-fail-on-non-empty $(TO)/share/driftwatch$$folder; done

dist: ## build/driftwatch-VERSION.tar.gz of what is committed, and the list of its parts with their licences (SPDX)
	@scripts/dist build

deb: build canaries ## a package for Debian, build/driftwatch_VERSION_ARCH.deb, of what make install puts there and the units of systemd
	@MAKE="$(MAKE)" CC="$(CC)" WITHOUT="$(WITHOUT)" scripts/deb build

help: ## this list
	@awk -F ':.*## ' '/^[a-z$$()A-Z-]+:.*## / { sub(/\$$\(DEMOS\)/, "demo-* gen-*", $$1); printf "%-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "the demos:     $(DEMOS)"

# The headers that are needed are looked for once, so that a machine without them gets a line that says what to do, and not a compiler's pages.
# Again with another compiler or other flags. Nothing is run for that where nothing has changed.
HEADERS := $(strip $(CC) $(CPPFLAGS) $(CFLAGS) WITHOUT=$(sort $(WITHOUT)))
$(BUILD)/headers: $(call changed,$(BUILD)/headers,$(HEADERS)) | $(SETUP)
	@mkdir -p $(@D)
	@$(INSTALL_DEPS) -n build
	@printf '%s\n' $(call quoted,$(HEADERS)) >$@
.PHONY: FORCE

# Libraries are loaded when they are first called (io/library/library.h), under the name that a link with them asks for.
LOADING := store/database/pg store/database/sqlite act/seal model/booster/booster io/parquet/page_codec io/bytes/http io/bytes/http_library io/bytes/http_pool
$(BUILD)/src/store/database/pg.o: LIBRARY := pq
$(BUILD)/src/store/database/sqlite.o: LIBRARY := sqlite3
$(BUILD)/src/act/seal.o: LIBRARY := crypto
$(BUILD)/src/model/booster/booster.o: LIBRARY := xgboost
$(BUILD)/src/io/bytes/http%.o: LIBRARY := curl
$(BUILD)/src/io/parquet/page_codec.o: LIBRARY := snappy z zstd lz4 brotlidec
$(BUILD)/src/io/bytes/gzipio.o: LIBRARY := z
$(BUILD)/src/io/bytes/zstdio.o: LIBRARY := zstd
$(BUILD)/src/io/formats/csv.o: LIBRARY := csv
$(BUILD)/src/io/text/yaml.o: LIBRARY := yaml
$(BUILD)/src/serve/http/loop.o: LIBRARY := event_core
LIBRARY_FLAGS = $(foreach l,$(LIBRARY),$(if $(filter $l,$(WITHOUT)),-Iwithout/$l -DDW_SONAME_$l='"WITHOUT=$l"',-DDW_SONAME_$l='"$(call soname,$l)"'))
# Those, and no more, are compiled anew when other libraries are left out than the last time.
$(LOADING:%=$(BUILD)/src/%.o): $(BUILD)/without
$(BUILD)/without: $(call changed,$(BUILD)/without,$(sort $(WITHOUT)))
	@mkdir -p $(@D)
	@echo $(sort $(WITHOUT)) >$@
soname = $(or $(shell o=$$(mktemp) && echo | $(CC) $(LDFLAGS) -shared -o $$o -x c - -Wl,--no-as-needed -l$(1) && LC_ALL=C readelf -d $$o | sed -n 's/.*(NEEDED).*\[\(lib$(1)[-.][^]]*\)].*/\1/p'; rm -f $$o),lib$(1).so)

$(BUILD)/%.o: %.c | $(BUILD)/headers
	@mkdir -p $(@D)
	$(call say,CC,$<)$(COMPILE) -o $@ $<

# The dashboard's files become part of the program, as arrays of their bytes.
DASHBOARD := $(addprefix $(BUILD)/src/serve/dashboard/dashboard_,html.o js.o css.o)
$(BUILD)/src/serve/dashboard/dashboard_%.c: src/serve/dashboard/dashboard.%
	@mkdir -p $(@D)
	@{ printf '#include "serve/dashboard/dashboard_files.h"\nconst unsigned char dw_dashboard_$*[] = {\n'; \
	   LC_ALL=C od -An -v -tu1 $< | sed 's/[0-9][0-9]*/&,/g'; \
	   printf '};\nconst size_t dw_dashboard_$*_length = sizeof dw_dashboard_$*;\n'; } >$@.new
	@mv $@.new $@
$(DASHBOARD): %.o: %.c | $(BUILD)/headers
	$(call say,CC,$<)$(COMPILE) -o $@ $<

# So do the lists of words.
WORDS := $(addprefix $(BUILD)/src/data/columns/words_,refusal.o toxicity.o)
$(BUILD)/src/data/columns/words_%.c: scenarios/words/%.words
	@mkdir -p $(@D)
	@{ printf '#include "data/columns/word_list_files.h"\nconst unsigned char dw_words_$*[] = {\n'; \
	   LC_ALL=C od -An -v -tu1 $< | sed 's/[0-9][0-9]*/&,/g'; \
	   printf '};\nconst size_t dw_words_$*_length = sizeof dw_words_$*;\n'; } >$@.new
	@mv $@.new $@
$(WORDS): %.o: %.c | $(BUILD)/headers
	$(call say,CC,$<)$(COMPILE) -o $@ $<

$(BUILD)/libdriftwatch.a: $(call obj,$(LIB_SRC)) $(DASHBOARD) $(WORDS)
	@rm -f $@
	$(call say,AR,$@)$(AR) rcsD $@ $^

$(BUILD)/libcommand.a: $(call obj,$(CMD_PART))
	@rm -f $@
	$(call say,AR,$@)$(AR) rcsD $@ $^

$(COMMANDS): $(BIN)/%: $(BUILD)/src/cmd/commands/%.o $(BUILD)/libcommand.a $(BUILD)/libdriftwatch.a
	@mkdir -p $(@D)
	@[ "$(BIN)" = bin ] || ln -sfn ../../scenarios $(BUILD)/scenarios # where commands look for them
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)

# What changes a value or its sign without a word. Tests and benches may: their numbers are written down beside.
# The last: clang 19 warns of a sum of an enum's constant and a double, but such constants are whole numbers, which a double holds exactly.
$(BUILD)/src/%.o: WARN += -Wconversion -Wsign-conversion $(if $(findstring clang,$(CC)),-Wno-enum-float-conversion)

ifneq ($(BIN),bin)
build: $(BIN)/dw
$(BIN)/dw: bin/dw
	@mkdir -p $(@D)
	@cp $< $@
endif

# base/num.c alone may call strtod (in the C locale, for the rare number that needs all its digits).
$(BUILD)/src/base/num.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED
# The fingerprint of all that is read: unrolled, it takes two thirds of the time.
$(BUILD)/src/base/digest.o: DW_CFLAGS += $(if $(SAN),,-O3)
# The columns of a batch, value by value: their loops are made for vectors.
$(BUILD)/src/data/columns/column.o $(BUILD)/src/stats/streams/decimals.o $(BUILD)/src/io/record/record.o: DW_CFLAGS += $(if $(SAN),,-O3)
# libevent's structures and calls have times of as many bits as it was built with.
$(BUILD)/src/serve/http/loop.o: TIME_BITS :=
# Debian keeps libpq's header in a folder of its own.
$(BUILD)/src/store/database/pg.o: DW_CPPFLAGS += -isystem /usr/include/postgresql

$(BUILD)/tidy/%.ok: %.c $(BUILD)/%.o .clang-tidy
	@mkdir -p $(@D)
	$(call say,TIDY,$<)clang-tidy --quiet $< -- $(TIDY_FLAGS) 2>$@.said || { cat $@.said; false; }
	@touch $@
$(BUILD)/tidy/%.analysed: %.c $(BUILD)/%.o
	@mkdir -p $(@D)
	$(call say,ANALYSE,$<)clang-tidy --quiet $(ANALYZER) --warnings-as-errors= $< -- $(TIDY_FLAGS) 2>/dev/null
	@touch $@
$(BUILD)/tidy/src/base/num.%: TIDY_FLAGS += -DDW_ALLOW_BANNED

# Unit tests use printf, libm and strtod to check against: the ban is for the product.
$(BUILD)/tests/unit/%.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED -Itests/unit
$(BUILD)/tests/unit/%.o: OPTIMIZE += $(if $(SAN),,-O0) # the time goes into what they test
# What links a library itself that commands load when they first need it.
UNITS_ALONE := $(addprefix $(BUILD)/tests/,test_booster_kinds test_store test_records_schema test_page_codec)
$(BUILD)/tests/test_booster_kinds: LIBS += -lxgboost
$(BUILD)/tests/test_store $(BUILD)/tests/test_records_schema: LIBS += -lsqlite3
$(BUILD)/tests/test_page_codec: LIBS += -lsnappy -lzstd -llz4 -lz
$(BUILD)/tests/units $(BUILD)/tests/alone/%: LIBS += -lz
# The fuzz targets: each alone with libFuzzer (SAN=fuzz), all in one program that runs their corpora, and all but one in that of the units
# (tests/fuzz/target.h). The one takes a second opinion from a library that nothing else needs.
CJSON := $(wildcard $(addsuffix /cjson/cJSON.h,/usr/include /usr/local/include))
FUZZ_SRC := $(sort $(filter-out $(if $(CJSON),,%/fuzz_cjson.c),$(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_UNITS := $(filter-out %/fuzz_cjson.c,$(FUZZ_SRC)) tests/fuzz/target.c tests/fuzz/corpus.c
UNIT_LIBS := $(BUILD)/tests/unit/test.o $(BUILD)/libcommand.a $(BUILD)/libdriftwatch.a
$(UNITS_ALONE): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(UNIT_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)
# One program, by a name for each file: to link each of them took 0.16 s of a processor, 440 times.
UNITS_TOGETHER := $(filter-out $(UNITS_ALONE),$(UNITS))
$(BUILD)/tests/units: $(UNITS_TOGETHER:$(BUILD)/tests/%=$(BUILD)/tests/unit/%.o) $(call obj,$(FUZZ_UNITS)) $(UNIT_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)
	@$@ --make-links
$(UNITS_TOGETHER): $(BUILD)/tests/units ;
# One file's tests by themselves, where not all are built.
$(BUILD)/tests/alone/%: $(BUILD)/tests/unit/%.o $(UNIT_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)

FUZZ_LIBS = $(if $(filter %fuzz_cjson.o,$^),-lcjson) $(if $(filter %fuzz_parquet.o,$^),-lz) # what the targets call themselves
$(BUILD)/tests/fuzz/%.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED -Itests/unit
$(BUILD)/tests/fuzz/%.o: OPTIMIZE += $(if $(SAN),,-O0)
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(addprefix $(BUILD)/tests/fuzz/,libfuzzer.o target.o) $(BUILD)/libcommand.a $(BUILD)/libdriftwatch.a
	$(call say,LD,$@)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS) $(FUZZ_LIBS)
$(BUILD)/tests/fuzz/run: $(call obj,$(FUZZ_SRC)) $(addprefix $(BUILD)/tests/fuzz/,run.o corpus.o target.o) $(BUILD)/libcommand.a $(BUILD)/libdriftwatch.a
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS) $(FUZZ_LIBS)
$(BUILD)/tests/fuzz/damaged_boosters: $(BUILD)/tests/fuzz/damaged_boosters.o $(BUILD)/libdriftwatch.a
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)
$(BUILD)/tests/fuzz/damage: $(addprefix $(BUILD)/tests/fuzz/,damage.o target.o) $(BUILD)/libdriftwatch.a
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)
.PHONY: fuzz-targets
fuzz-targets: $(FUZZ_SRC:%.c=$(BUILD)/%)

# Calls of commands to the system that fail in turn: what makes them fail is preloaded, and sees neither our headers nor _FILE_OFFSET_BITS.
$(BUILD)/tests/faults/failing.so: tests/faults/failing.c tests/faults/faults.h | $(BUILD)/headers
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) -std=gnu11 -O2 $(WARN) -D_GNU_SOURCE $(CFLAGS) -fPIC -shared -o $@ $< -ldl
$(BUILD)/tests/faults/%.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED -Itests/unit
$(BUILD)/tests/faults/fault_sweep $(BUILD)/tests/faults/stand_in: %: %.o
	$(call say,LD,$@)$(LINK) -o $@ $^

bench-time: $(BUILD)/tests/test_suite_time ## alarms in series whose rows depend on each other, on the hour and the day, by each way to look (minutes)
	@DW_SUITE=full $<

bench-reader: $(BUILD)/tests/bench/bench_reader ## GB/s of the record reader alone
	@$<

bench-train: build $(BUILD)/tests/bench/bench_train ## dw-train beside XGBoost's own training of the same rows, 100,000 and 1,000,000
	@$(BUILD)/tests/bench/bench_train $(BIN)

bench-score: $(BUILD)/tests/bench/bench_score ## records a second by XGBoost's library and by the own engine, on the same models
	@$<

test-faults: build $(FAULTS) ## every call of every command to the system fails once, memory, reads, writes and the rest (FAULT_CASES='store-*' FAULT_MOST=100; hours without)
	@rm -f $(BUILD)/faults
	@FAULT_MOST=$${FAULT_MOST:-0} FAULT_FIGURES=$(CURDIR)/$(BUILD)/faults TEST_SECONDS=360000 tests/run -b $(BUILD) -B $(BIN) faults
	@cat $(BUILD)/faults

MODEL_READERS := test_booster_document test_ubjson test_forest test_booster_text test_booster test_fuzz_booster test_model_json
test-valgrind: units ## what reads models of strangers, on documents that are wrong, under valgrind (a minute)
	@for test in $(MODEL_READERS); do echo $$test; valgrind -q --error-exitcode=99 $(BUILD)/tests/$$test >$(BUILD)/valgrind.out 2>&1 || { cat $(BUILD)/valgrind.out; exit 1; }; done

test-kills: build ## commands killed at every single write; dw-serve killed under load, 50 times on SQLite and 50 on PostgreSQL (KILL_ROUNDS=50; some minutes)
	@KILL_STRIDE=1 TEST_SECONDS=3000 tests/run $(patsubst tests/%.bats,%,$(shell grep -l KILL_STRIDE tests/*.bats))
	@KILL_ROUNDS=$${KILL_ROUNDS:-50}; export KILL_ROUNDS; for file in dw-serve_faults dw-serve_records; do DW_BIN="$(CURDIR)/$(BIN)" tests/run_file tests/$$file.bats 'killed under load' || exit 1; done

bench-serve: build $(BUILD)/tests/bench/bench_serve ## records a second over HTTP into SQLite, single and bulk, over 8 connections (BENCH_SECONDS=10)
	@BUILD=$(BUILD) scripts/bench_serve

bench-serve-express: build $(BUILD)/tests/bench/bench_serve ## the same beside Express with better-sqlite3, in turns (node and npm; BENCH_SECONDS=10)
	@BUILD=$(BUILD) scripts/bench_serve express

soak-serve: build $(BUILD)/tests/bench/bench_serve ## memory of a service under mixed load, by the minute (BENCH_SECONDS=600)
	@BUILD=$(BUILD) scripts/bench_serve soak

bench-metrics: build ## how long GET /metrics takes with 1,000 columns (BENCH_COLUMNS=1000 BENCH_SCRAPES=500)
	@scripts/bench_metrics

bench-canaries-speed: build ## how long dw-compare --canaries takes for 100,000 answers of 1,000 characters (BENCH_RESPONSES BENCH_MEMORY=512MiB)
	@scripts/bench_canary_speed

bench-detection: bench-detectors $(BUILD)/tests/bench/bench_detection ## bench-detectors; and power of comparisons on injected drifts and false alarms, beside single tests and Evidently's rule (a minute or two)
	@$(BUILD)/tests/bench/bench_detection

bench-detectors: $(BUILD)/tests/bench/bench_detectors ## delay, precision, recall and false alarms of every online detector on injected drifts, and on the elec2 files in the folder BENCH_ELEC2 (some minutes)
	@$<

bench-canaries: $(BUILD)/tests/bench/bench_canaries ## what each method of canaries finds, and the requests and tokens of a look (BENCH_TRIALS=100; some minutes)
	@$<

simulate-windows: $(BUILD)/tests/bench/simulate_windows ## the limits of ks_window and cvm_window, for src/stats/detect_values/window_limits.c (half an hour)
	@$<

$(BUILD)/tests/bench/%.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED -Itests/unit
$(BUILD)/tests/bench/bench_train: LIBS += -lxgboost
$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/libdriftwatch.a
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)

clean: ## everything that make made; what is up goes down, and its records and secrets stay, and those of the live loop
	@[ ! -d var/run ] || scripts/service down
	rm -rf build $(filter-out var/deploy var/prometheus var/driftwatch.db% var/live $(if $(wildcard var/events/live_history.ndjson),var/events),$(wildcard var/*)) $(filter-out bin/dw,$(wildcard bin/*))
	@[ ! -d var ] || rmdir --ignore-fail-on-non-empty var

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# DriftWatch: every task that a person runs. `make help` lists them.
# The user's CC, CFLAGS, CPPFLAGS, LDFLAGS are added to ours. Objects go to build/NAME, one folder a set of flags:
#   make              plain, into build/plain, commands linked into bin/
#   make SAN=1        with ASan and UBSan, into build/san; commands stay there
#   make V=1          prints whole commands in the place of "CC src/base/num.c"
#   make WITHOUT="xgboost pq curl"   a build without these libraries and their headers (OPTIONAL: those that can be left out);
#                     what needs one of them says so when it is asked for
CC ?= gcc
SAN ?=
WITHOUT ?=
OPTIONAL := xgboost pq curl snappy sqlite3 crypto
comma := ,
VARIANT := $(if $(SAN),san,plain)$(if $(findstring clang,$(CC)),-clang)
BUILD ?= build/$(VARIANT)
BIN ?= $(if $(filter build/plain,$(BUILD)),bin,$(BUILD)/bin)

OPTIMIZE := $(if $(SAN),-O1 -g -fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer,-O2 -g1)
WARN := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wno-unused-parameter
quoted = '$(subst ','\'',$(1))'
# The last: the same bytes in whatever folder they are built.
DW_CFLAGS = -std=gnu11 $(OPTIMIZE) $(WARN) -ffp-contract=off -fno-math-errno -pthread $(call quoted,-ffile-prefix-map=$(CURDIR)=.)
DW_CPPFLAGS := -Isrc -include base/banned.h -D_FILE_OFFSET_BITS=64 -D_GNU_SOURCE -MMD -MP
LIBS := -lcsv -lzstd -lz -llz4 -lbrotlidec -lyaml -levent_core -ldl -lm
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
NEEDS := $(if $(filter test test-full check fuzz,$(MAKECMDGOALS)),test) $(filter check fuzz,$(MAKECMDGOALS))
SETUP := $(if $(filter deps test test-full check bench fuzz live $(DEMOS),$(MAKECMDGOALS)),deps)
ifneq (,$(filter-out $(OPTIONAL),$(WITHOUT)))
$(error WITHOUT: there is no $(filter-out $(OPTIONAL),$(WITHOUT)) to leave out; there are $(OPTIONAL))
endif
ifneq (,$(and $(WITHOUT),$(filter units test test-full check,$(MAKECMDGOALS))))
$(error make $(filter units test test-full check,$(MAKECMDGOALS)): the tests take a build with all libraries, not WITHOUT="$(WITHOUT)")
endif

.PHONY: dist deb build units deps test test-full test-statistics test-kills check check-bare test-peers test-endpoints bench bench-look bench-reader bench-score bench-train bench-detection bench-detectors bench-canaries bench-time bench-serve bench-serve-express bench-metrics bench-canaries-speed simulate-windows soak-serve fuzz canaries live install uninstall clean help $(DEMOS)
build: $(COMMANDS) ## the commands, into bin/ (the default)
units: $(UNITS)

deps: ## install what is missing (Debian, Ubuntu; elsewhere says what)
	@$(INSTALL_DEPS) build $(NEEDS)

test: build units ## unit tests and command tests
	@tests/run -b $(BUILD) -B $(BIN)

test-full: build units ## all tests in their full forms: each sweep, each seed, the statistics suite (an hour or more)
	@DW_SUITE=full KILL_STRIDE=1 TEST_SECONDS=$${TEST_SECONDS:-3600} tests/run -b $(BUILD) -B $(BIN)

SUITES := $(filter $(BUILD)/tests/test_suite_% $(BUILD)/tests/test_rounds_month,$(UNITS))
test-statistics: $(SUITES) ## the statistics suite at full size: p-values without drift, rates of false alarms (minutes)
	@for suite in $(SUITES); do DW_SUITE=full $$suite || exit 1; done

test-endpoints: build ## dw-canary against llama.cpp's server and a tiny model, from Debian unstable in a folder (root, debootstrap)
	@scripts/test_endpoints

check: build units ## what a change has to pass besides: layers, sanitizers under gcc and clang, manuals, scripts
	@MAKE="$(MAKE)" scripts/check

check-bare: ## the README's commands on a bare Debian 12 and 13, as root and as a user without sudo, on a terminal and without (root, debootstrap; DEMOS_ONLY=1; CHECK=1: make check too)
	@CHECK="$(CHECK)" DEMOS_ONLY="$(DEMOS_ONLY)" scripts/check-bare

test-peers: build units ## Parquet read by DuckDB, polars and pyarrow; store and service with the newest PostgreSQL, pgvector and Prometheus, of Debian unstable in a folder (npm, root, debootstrap)
	@BUILD=$(BUILD) BIN=$(BIN) scripts/test-peers
	@BIN=$(BIN) scripts/test_peers_parquet

bench: build ## throughput, memory and start-up time, beside jq, mlr and pandas (BENCH_ROWS=1000000)
	@scripts/bench

bench-look: build ## one more look at a large reference, with and without --ref-cache, in pairs (BENCH_ROWS=1000000 BENCH_PAIRS=20)
	@scripts/bench_look

fuzz: ## hostile input until stopped (FUZZ_SECONDS=600)
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

install: build canaries ## into PREFIX (/usr/local), below DESTDIR
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/driftwatch/scenarios/canaries $(DESTDIR)$(PREFIX)/share/driftwatch/scenarios/words $(DESTDIR)$(PREFIX)/share/driftwatch/var/canaries $(DESTDIR)$(PREFIX)/share/driftwatch/cluster $(foreach s,1 5 7,$(DESTDIR)$(PREFIX)/share/man/man$(s))
	install -m 755 bin/dw $(COMMANDS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(wildcard scenarios/*.yaml) $(DESTDIR)$(PREFIX)/share/driftwatch/scenarios
	install -m 644 $(filter-out %/backups,$(wildcard scenarios/canaries/*)) $(DESTDIR)$(PREFIX)/share/driftwatch/scenarios/canaries
	install -m 644 $(wildcard scenarios/words/*) $(DESTDIR)$(PREFIX)/share/driftwatch/scenarios/words
	install -m 755 $(filter-out %.py,$(wildcard scripts/cluster/*)) $(DESTDIR)$(PREFIX)/share/driftwatch/cluster
	install -m 644 $(wildcard scripts/cluster/*.py) $(DESTDIR)$(PREFIX)/share/driftwatch/cluster
	install -m 644 var/canaries/base.json $(CANARIES) $(DESTDIR)$(PREFIX)/share/driftwatch/var/canaries
	$(foreach s,1 5 7,install -m 644 $(wildcard man/*.$(s)) $(DESTDIR)$(PREFIX)/share/man/man$(s) &&) true
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	scripts/completions bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/dw
	scripts/completions zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_dw
	$(foreach c,$(notdir $(COMMANDS)),ln -sf dw $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$(c) &&) true

uninstall: ## what install put there
	rm -rf $(DESTDIR)$(PREFIX)/share/driftwatch
	rm -f $(foreach f,dw $(notdir $(COMMANDS)),$(DESTDIR)$(PREFIX)/bin/$(f))
	rm -f $(foreach f,dw $(notdir $(COMMANDS)),$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$(f)) $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_dw
	rm -f $(foreach f,$(notdir $(wildcard man/*)),$(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(f)))/$(f))

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

# Libraries that few runs need are loaded when they are first called (io/library/library.h), under the name that a link with them asks for.
LOADING := store/database/pg store/database/sqlite act/seal model/booster/booster io/parquet/page_codec io/bytes/http io/bytes/http_library io/bytes/http_pool
$(BUILD)/src/store/database/pg.o: LIBRARY := pq
$(BUILD)/src/store/database/sqlite.o: LIBRARY := sqlite3
$(BUILD)/src/act/seal.o: LIBRARY := crypto
$(BUILD)/src/model/booster/booster.o: LIBRARY := xgboost
$(BUILD)/src/io/parquet/page_codec.o: LIBRARY := snappy
$(BUILD)/src/io/bytes/http%.o: LIBRARY := curl
LIBRARY_FLAGS = $(if $(LIBRARY),$(if $(filter $(LIBRARY),$(WITHOUT)),-Iwithout/$(LIBRARY) -DDW_SONAME='"WITHOUT=$(LIBRARY)"',-DDW_SONAME='"$(call soname,$(LIBRARY))"'))
# Those, and no more, are compiled anew when other libraries are left out than the last time.
$(LOADING:%=$(BUILD)/src/%.o): $(BUILD)/without
$(BUILD)/without: $(call changed,$(BUILD)/without,$(sort $(WITHOUT)))
	@mkdir -p $(@D)
	@echo $(sort $(WITHOUT)) >$@
soname = $(or $(shell o=$$(mktemp) && echo | $(CC) $(LDFLAGS) -shared -o $$o -x c - -x none -Wl,--no-as-needed -l$(1) && LC_ALL=C readelf -d $$o | sed -n 's/.*(NEEDED).*\[\(lib$(1)[.][^]]*\)].*/\1/p'; rm -f $$o),lib$(1).so)

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
	$(call say,AR,$@)$(AR) rcs $@ $^

$(BUILD)/libcommand.a: $(call obj,$(CMD_PART))
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

$(COMMANDS): $(BIN)/%: $(BUILD)/src/cmd/commands/%.o $(BUILD)/libcommand.a $(BUILD)/libdriftwatch.a
	@mkdir -p $(@D)
	@[ "$(BIN)" = bin ] || ln -sfn ../../scenarios $(BUILD)/scenarios # where commands look for them
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)

# base/num.c alone may call strtod (in the C locale, for the rare number that needs all its digits).
$(BUILD)/src/base/num.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED
# The fingerprint of all that is read: unrolled, it takes two thirds of the time.
$(BUILD)/src/base/digest.o: DW_CFLAGS += $(if $(SAN),,-O3)
# Debian keeps libpq's header in a folder of its own.
$(BUILD)/src/store/database/pg.o: DW_CPPFLAGS += -isystem /usr/include/postgresql

# Unit tests use printf, libm and strtod to check against: the ban is for the product.
$(BUILD)/tests/unit/%.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED -Itests/unit
$(BUILD)/tests/unit/%.o: OPTIMIZE += $(if $(SAN),,-O0) # the time goes into what they test
# What links a library itself that commands load when they first need it.
UNITS_ALONE := $(addprefix $(BUILD)/tests/,test_booster_kinds test_store test_records_schema test_page_codec)
$(BUILD)/tests/test_booster_kinds: LIBS += -lxgboost
$(BUILD)/tests/test_store $(BUILD)/tests/test_records_schema: LIBS += -lsqlite3
$(BUILD)/tests/test_page_codec: LIBS += -lsnappy
UNIT_LIBS := $(BUILD)/tests/unit/test.o $(BUILD)/libcommand.a $(BUILD)/libdriftwatch.a
$(UNITS_ALONE): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(UNIT_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)
# One program, by a name for each file: to link each of them took 0.16 s of a processor, 440 times.
UNITS_TOGETHER := $(filter-out $(UNITS_ALONE),$(UNITS))
$(BUILD)/tests/units: $(UNITS_TOGETHER:$(BUILD)/tests/%=$(BUILD)/tests/unit/%.o) $(UNIT_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)
	@$@ --make-links
$(UNITS_TOGETHER): $(BUILD)/tests/units ;
# One file's tests by themselves, where not all are built.
$(BUILD)/tests/alone/%: $(BUILD)/tests/unit/%.o $(UNIT_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/libdriftwatch.a
	$(call say,LD,$@)$(LINK) -o $@ $^ $(LIBS)

bench-time: $(BUILD)/tests/test_suite_time ## alarms in series whose rows depend on each other, on the hour and the day, by each way to look (minutes)
	@DW_SUITE=full $<

bench-reader: $(BUILD)/tests/bench/bench_reader ## GB/s of the record reader alone
	@$<

bench-train: build $(BUILD)/tests/bench/bench_train ## dw-train beside XGBoost's own training of the same rows, 100,000 and 1,000,000
	@$(BUILD)/tests/bench/bench_train $(BIN)

bench-score: $(BUILD)/tests/bench/bench_score ## records a second by XGBoost's library and by the own engine, on the same models
	@$<

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

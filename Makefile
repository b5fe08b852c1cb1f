# DriftWatch: every task that a person runs. `make help` lists them.
# The user's CC, CFLAGS, CPPFLAGS, LDFLAGS are added to ours. Objects go to build/NAME, one folder a set of flags:
#   make              plain, into build/plain, commands linked into bin/
#   make SAN=1        with ASan and UBSan, into build/san; commands stay there
CC ?= gcc
SAN ?=
comma := ,
VARIANT := $(if $(SAN),san,plain)$(if $(findstring clang,$(CC)),-clang)
BUILD ?= build/$(VARIANT)
BIN ?= $(if $(filter build/plain,$(BUILD)),bin,$(BUILD)/bin)

OPTIMIZE := $(if $(SAN),-O1 -g -fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer,-O2 -g)
WARN := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wno-unused-parameter
DW_CFLAGS := -std=gnu11 $(OPTIMIZE) $(WARN) -ffp-contract=off -fno-math-errno -pthread
DW_CPPFLAGS := -Isrc -include base/banned.h -D_FILE_OFFSET_BITS=64 -D_GNU_SOURCE -MMD -MP
LIBS := -lcjson -lcsv -lzstd -lz -lyaml -lm
LINK = $(CC) $(DW_CFLAGS) $(CFLAGS) $(LDFLAGS)

LIB_SRC := $(sort $(filter-out src/cmd/%,$(wildcard src/*/*.c)))
CMD_SRC := $(sort $(wildcard src/cmd/*.c))
CMD_MAIN := $(filter src/cmd/dw-%.c,$(CMD_SRC))
CMD_PART := $(filter-out $(CMD_MAIN),$(CMD_SRC))
COMMANDS := $(patsubst src/cmd/%.c,$(BIN)/%,$(CMD_MAIN))
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNITS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SRC))
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

.PHONY: all build deps help units clean
all: build
build: $(COMMANDS)
units: $(UNITS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(DW_CPPFLAGS) $(CPPFLAGS) $(DW_CFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/libdriftwatch.a: $(call obj,$(LIB_SRC))
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/libcommand.a: $(call obj,$(CMD_PART))
	@rm -f $@
	$(AR) rcs $@ $^

$(COMMANDS): $(BIN)/%: $(BUILD)/src/cmd/%.o $(BUILD)/libcommand.a $(BUILD)/libdriftwatch.a
	@mkdir -p $(@D)
	$(LINK) -Wl,--as-needed -o $@ $^ $(LIBS)

# base/num.c alone may call strtod (in the C locale, for the rare number that needs all its digits).
$(BUILD)/src/base/num.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED

# Unit tests use printf, libm and strtod to check against: the ban is for the product.
$(BUILD)/tests/unit/%.o $(BUILD)/tests/bench/%.o: DW_CPPFLAGS += -DDW_ALLOW_BANNED -Itests/unit
$(UNITS): $(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(BUILD)/tests/unit/test.o $(BUILD)/libcommand.a $(BUILD)/libdriftwatch.a
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LIBS)

clean:
	rm -rf build var $(filter-out bin/dw,$(wildcard bin/*))

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

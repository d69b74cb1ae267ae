# SPDX-License-Identifier: GPL-2.0
# The commands of this project; each one delegates.

# The kernel to build for: its headers, by default the running one's.
KDIR ?= /lib/modules/$(shell uname -r)/build

# What the headers' own Makefile installs for; Debian's kernel.release differs.
release = $(shell cut -s -d'"' -f2 $(KDIR)/include/generated/utsrelease.h)
destination = $(or $(INSTALL_MOD_PATH),/)

# The kernels that the guest tests run on, by the names of scripts/vm -k list.
KERNELS ?= 6.1

# One test file instead of all: make test T=packet
T ?=

# Some scenarios instead of all: make accuracy S='1 7'; --readme writes the table
S ?=

# Seconds that the stress test takes on each kernel.
DURATION ?= 60

.PHONY: all module userspace install uninstall clean
.PHONY: setup demo test lint accuracy bench logs watch
.PHONY: stress

all: module userspace

module: $(KDIR)/Makefile
	$(MAKE) -C $(KDIR) M=$(CURDIR)/module modules

$(KDIR)/Makefile:
	@echo "make: no kernel headers in $(KDIR): install linux-headers-$$(uname -r)" \
		"or name another directory with KDIR=" >&2; exit 1

userspace:
	$(MAKE) -C userspace

install: module userspace
	$(MAKE) -C $(KDIR) M=$(CURDIR)/module modules_install
	depmod -b $(destination) $(release)
	$(MAKE) -C userspace install

uninstall:
	$(MAKE) -C userspace uninstall
	rm -f $(destination)/lib/modules/$(release)/extra/kmon.ko* \
		$(destination)/lib/modules/$(release)/updates/kmon.ko*
	depmod -b $(destination) $(release)

clean:
	rm -rf build out
	find module -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name modules.order \
		-o -name Module.symvers | xargs -r rm -f

setup:
	scripts/setup

demo: setup
	scripts/demo

test: setup
	KERNELS="$(KERNELS)" tests/run $(T)

lint: setup
	scripts/lint

accuracy: setup
	tests/accuracy/run $(S)

bench: setup
	tests/bench/run

stress: setup
	KERNELS="$(KERNELS)" tests/stress/run $(DURATION)

logs:
	dmesg | grep -w kmon:

watch:
	dmesg --follow | grep --line-buffered -w kmon:

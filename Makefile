# `make demo` shows a failover, `make test` checks everything; both install what is missing. `make help` lists the rest.
SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
SEEDS ?= 2000
MESSAGING_SEEDS ?= 1000
DECODER_SEEDS ?= 1500

# The products are linked statically: a node then needs no Swift installation. The unit tests are an ordinary debug build.
BUILD = $(SWIFT) build -c release --static-swift-stdlib
BIN = .build/release
# The incumbents' names that lockstep answers to; `make install NAMES= ADMIN_NAMES=` leaves them out.
NAMES = crm crm_rule crm_simulate crm_verify iso8601
ADMIN_NAMES = attrd_updater cibadmin corosync-cfgtool corosync-cmapctl corosync-cpgtool corosync-keygen corosync-quorumtool \
	corosync-vqsim crm_attribute crm_failcount crm_master crm_mon crm_node crm_resource crm_standby

.PHONY: help demo test build bench install uninstall clean lint unit simulate agents integration

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## start a pair on loopback, kill the active node, watch the service come back
	@$(BIN)/lockstep demo

build: ## build the daemon and the commands (release)
	@tools/packages build
	@command -v $(SWIFT) >/dev/null || { echo "swift is not on the PATH: install Swift 6.3 or newer"; exit 69; }
	@echo "Building (the first time takes some minutes) ..."
	@$(BUILD) --product lockstepd
	@$(BUILD) --product lockstep
	@$(BUILD) --product lockstep-simulator
	@$(BUILD) --product lockstep-cib-generator

test: ## check everything: unit tests, simulator seeds, agents, real pairs
	@tools/packages test
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory lint unit agents simulate integration
	@echo "make test: everything passed"

lint: ## check the format of the sources and the scripts
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	@shellcheck -x tools/packages Tests/integration/run Tests/integration/*.sh

unit: ## run the unit tests
	@$(SWIFT) test

agents: ## check our resource agents
	@Tests/agents/run

simulate: ## run SEEDS simulated clusters (2000), and those that once found something
	@$(BIN)/lockstep-simulator --jobs $$(nproc) --seed-file Tests/simulator-seeds.txt
	@$(BIN)/lockstep-simulator --jobs $$(nproc) --seeds 1..$(SEEDS)
	@$(BIN)/lockstep-simulator --jobs $$(nproc) --scope messaging --seeds 1..$(MESSAGING_SEEDS)
	@$(BIN)/lockstep-simulator --jobs $$(nproc) --scope decoders --seeds 1..$(DECODER_SEEDS)
	@$(BIN)/lockstep-simulator --jobs $$(nproc) --scope transport --seeds 1..$(DECODER_SEEDS)
	@$(BIN)/lockstep-simulator --jobs $$(nproc) --scope tools --seeds 1..$(DECODER_SEEDS)

integration: ## run real daemons: failover, tutorial session, bad input, kills
	@Tests/integration/run

bench: build ## measure failover, cold start, move, memory and the scheduler beside the incumbents
	@tools/packages bench || true
	@Benchmarks/run
	@Benchmarks/messaging/run
	@Benchmarks/scheduler/run --short

install: build ## install under PREFIX (/usr/local), below DESTDIR
	install -D -m 755 $(BIN)/lockstepd $(DESTDIR)$(PREFIX)/sbin/lockstepd
	install -D -m 755 $(BIN)/lockstep $(DESTDIR)$(PREFIX)/bin/lockstep
	for name in $(NAMES); do ln -sf lockstep $(DESTDIR)$(PREFIX)/bin/$$name; done
	for name in $(ADMIN_NAMES); do ln -sf ../bin/lockstep $(DESTDIR)$(PREFIX)/sbin/$$name; done
	install -d $(DESTDIR)$(PREFIX)/lib/ocf/resource.d/lockstep
	install -m 755 resource-agents/lockstep/* $(DESTDIR)$(PREFIX)/lib/ocf/resource.d/lockstep/
	install -m 755 resource-agents/fence/* $(DESTDIR)$(PREFIX)/sbin/
	install -D -m 644 tools/lockstepd.service $(DESTDIR)$(PREFIX)/lib/systemd/system/lockstepd.service
	install -d -m 750 $(DESTDIR)/var/lib/lockstep $(DESTDIR)/var/log/lockstep

uninstall: ## remove what install put there; configuration and state stay
	rm -f $(DESTDIR)$(PREFIX)/sbin/lockstepd
	for name in lockstep $(NAMES); do rm -f $(DESTDIR)$(PREFIX)/bin/$$name; done
	for name in $(ADMIN_NAMES); do rm -f $(DESTDIR)$(PREFIX)/sbin/$$name; done
	rm -f $(DESTDIR)$(PREFIX)/sbin/fence_lockstep_demo $(DESTDIR)$(PREFIX)/lib/systemd/system/lockstepd.service
	rm -rf $(DESTDIR)$(PREFIX)/lib/ocf/resource.d/lockstep

clean: ## remove the build
	rm -rf .build

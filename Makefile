# SPDX-License-Identifier: Apache-2.0
.PHONY: run test soak build bench bench-traffic audit lint fuzz clean
run: ; @scripts/run
test: ; @scripts/test
soak: ; @scripts/soak
build: ; @scripts/build
bench: ; @scripts/bench
bench-traffic: ; @scripts/bench-traffic
audit: ; @scripts/audit
lint: ; @scripts/lint
fuzz: ; @scripts/fuzz
clean: ; rm -rf build web/dist

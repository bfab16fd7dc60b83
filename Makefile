# SPDX-License-Identifier: Apache-2.0
.PHONY: run test soak build bench lint fuzz clean
run: ; @scripts/run
test: ; @scripts/test
soak: ; @scripts/soak
build: ; @scripts/build
bench: ; @scripts/bench
lint: ; @scripts/lint
fuzz: ; @scripts/fuzz
clean: ; rm -rf build web/dist

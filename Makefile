# SPDX-License-Identifier: Apache-2.0
.PHONY: run test build bench lint clean
run: ; @scripts/run
test: ; @scripts/test
build: ; @scripts/build
bench: ; @scripts/bench
lint: ; @scripts/lint
clean: ; rm -rf build web/dist

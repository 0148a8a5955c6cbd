#!/usr/bin/env bash
# Builds everything and runs the tests: of what is shipped as it is shipped, the main job on a real cluster that it brings up, and
# the unit and conformance tests under the address sanitizer; by name under the thread sanitizer or as a release build too, and
# all end-to-end tests. Installs what is missing, and says what.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

usage() {
  cat << 'USAGE'
Usage: test/run.sh [PART ...]

Parts; by default format, shipped, smoke and asan:
  format        clang-format has nothing to change in the C++ sources
  shipped       release build with warnings as errors of what is shipped; conformance and ABI tests, scripts, demo, browser
  release       release build of everything, all tests of it: those of shipped and the unit tests
  smoke         two of the end-to-end tests: a package from creation to destruction, and the life of its savepoints
  asan          address and undefined-behaviour sanitizers: unit and conformance tests, of plugin and Deployment Manager
  tsan          thread sanitizer: the same
  end-to-end    all of them: the Deployment Manager on a real cluster of HDFS, YARN, Flink and supervisord

It stops at the first part that fails. DM_TEST_JOBS sets how many compilers run at once, and half of how many tests (default: the
number of processors).
USAGE
}

parts=(format shipped smoke asan)
if (($#)); then
  for part in "$@"; do
    case $part in
      -h | --help) usage; exit 0 ;;
      format | shipped | release | smoke | asan | tsan | end-to-end) ;;
      *) echo "error: no part \"$part\"" >&2; usage >&2; exit 2 ;;
    esac
  done
  parts=("$@")
fi
jobs=${DM_TEST_JOBS:-$(nproc)}
# Most tests wait more than they work.
test_jobs=$((2 * jobs))

cmake/install-dependencies.sh

check_format() {
  # Not the C files: the contract's headers and what stands beside them are laid out by hand.
  # By find, since a source tree need be no git checkout, nor one of whoever runs this.
  find plugin examples/manager test -path test/abi -prune -o \( -name '*.h' -o -name '*.cpp' \) -print0 |
    xargs -0 clang-format --dry-run --Werror
}

build_and_test() {
  local preset=$1
  # Said anew, since a build directory remembers what it was configured with.
  cmake --preset "$preset" -D DM_BUILD_TESTS=ON
  cmake --build --preset "$preset" --parallel "$jobs"
  ctest --preset "$preset" --parallel "$test_jobs"
}

# The unit tests are not built for it: they run under asan.
build_and_test_shipped() {
  cmake --preset release -D DM_BUILD_TESTS=ON
  cmake --build --preset release --parallel "$jobs" --target plugin/all abi/all examples/all test/abi/all test/conformance/all \
    test/hosts/all test/bench/all test/upstream/all dm_manager_fake_plugin dm_manager_flink_plugin
  ctest --preset release --parallel "$test_jobs" \
    --tests-regex '^(abi_|conformance_test|example_host|rooms_|rules_|scripts_|browser_|upstream_)'
}

end_to_end() {
  cmake --preset release
  cmake --build --preset release --parallel "$jobs" --target flink flink-guard deployment-manager dmctl
  examples/applications/build.sh
  test/end_to_end/jobs/build.sh
  test/end_to_end/library_jobs/build.sh
  python3 test/end_to_end/run.py "$@"
}

for part in "${parts[@]}"; do
  started=$SECONDS
  printf '\n== %s ==\n' "$part"
  case $part in
    format) check_format ;;
    shipped) build_and_test_shipped ;;
    release | asan | tsan) build_and_test "$part" ;;
    smoke) end_to_end Lifecycle.test_streaming_and_batch Savepoints.test_cycle ;;
    end-to-end) end_to_end ;;
  esac
  printf '== %s: passed in %d s ==\n' "$part" $((SECONDS - started))
done

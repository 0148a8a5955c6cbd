#!/usr/bin/env bash
# Installs the Debian packages that building and testing need, and says which ones it installs.
# Prints nothing and does nothing where all are there. With --check it only reports. --no-browser leaves out the browser and
# --no-languages Go and Rust, which are large and which only tests need. What the cluster needs at run time,
# examples/cluster/cluster.sh installs by itself.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

"$(dirname "${BASH_SOURCE[0]}")/check-platform.sh"

build=(
  g++ cmake ninja-build pkg-config ccache
  libboost1.81-dev   # Boost.Process v2; Asio and Beast
  rapidjson-dev libfmt-dev libpugixml-dev libarchive-dev zlib1g-dev libexpected-dev libssl-dev
  libcurl4-openssl-dev libcli11-dev libre2-dev
  libsqlite3-dev liblzma-dev   # the reference Deployment Manager
  libjansson-dev   # the example host in C
)
test=(
  catch2 libbenchmark-dev abigail-tools binutils clang-format
  supervisor python3 curl jq openssl
  rsyslog    # the log shipper's configuration
  nginx      # the demo's proxy, one of its ways to say who asks
  zsh bash-completion python3-jsonschema   # what the client completes in, and what it prints with --json
  graphite-carbon   # a real receiver of the metrics that the plugin has Flink report
  openjdk-17-jdk-headless maven   # the example applications
  debhelper lintian mmdebstrap   # the Debian packages, and a root to install them in
)
languages=(
  golang-go cargo rustc   # the example hosts in Go and Rust
  mypy python3-pip python3-setuptools python3-wheel   # the package of the one in Python: its types, its installation
)
browser=(chromium)   # test/browser: the page, and what a page of another origin can do

check=false
for option in "$@"; do
  case $option in
    --check) check=true ;;
    --no-browser) browser=() ;;
    --no-languages) languages=() ;;
    *) echo "error: unknown argument $option (known: --check, --no-browser, --no-languages)" >&2; exit 2 ;;
  esac
done

if [[ ${DM_ANY_SYSTEM:-} == 1 ]]; then
  echo "nothing is installed, since DM_ANY_SYSTEM=1; cmake names what it does not find" >&2
  exit 0
fi
missing=()
for package in "${build[@]}" "${test[@]}" "${languages[@]}" "${browser[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null | grep -qx installed ||
    missing+=("$package")
done
((${#missing[@]})) || exit 0

if $check || ((EUID != 0)); then
  echo "error: missing Debian packages: ${missing[*]}" >&2
  echo "  as root, this installs them: apt-get install --no-install-recommends ${missing[*]}" >&2
  echo "  afterwards no root is needed: everything then runs as you, and so do the applications" >&2
  exit 1
fi
echo "installing Debian packages: ${missing[*]}"
# Debian starts a freshly installed supervisor, nginx or rsyslog as a system service, which nobody asked for here; this file is
# Debian's own way to say "do not start", and what is disabled does not start at the next boot either.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
log=$(mktemp)
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"; } \
  > "$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "error: apt-get could not install: ${missing[*]} (whole log: $log)" >&2
  exit 1
fi
rm -f "$log"
for service in supervisor nginx rsyslog; do
  [[ " ${missing[*]} " == *" $service "* ]] && command -v systemctl > /dev/null || continue
  systemctl disable --quiet "$service" 2> /dev/null || echo "warning: the service $service may start at the next boot" >&2
done

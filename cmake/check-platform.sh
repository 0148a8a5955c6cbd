#!/usr/bin/env bash
# Says at once when this is not the system that everything here is made for: Debian 12. Prints nothing where it is.
#
# DM_ANY_SYSTEM=1 in the environment goes on elsewhere: nothing is installed then, and cmake names what it does not find.
# DM_OS_RELEASE names another file than /etc/os-release; for tests.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

file=${DM_OS_RELEASE:-/etc/os-release}
value() { sed -n "s/^$1=//p" "$file" 2> /dev/null | tail -n 1 | tr -d "\"'"; }

[[ $(value ID) == debian && $(value VERSION_ID) == 12 ]] && exit 0
found=$(value PRETTY_NAME)
if [[ ${DM_ANY_SYSTEM:-} == 1 ]]; then
  echo "warning: made for Debian 12, this is ${found:-unknown ($file says nothing)}; going on, since DM_ANY_SYSTEM=1" >&2
  exit 0
fi
cat >&2 << TEXT
error: this is ${found:-an unknown system ($file says nothing)}; supported is Debian 12 (bookworm), on which packages of these
  names and versions are installed: g++ 12, Boost 1.81, libcurl 7.88, Catch2 2.13, OpenJDK 17.
  Use a Debian 12 machine or container (image debian:12), or install what README.md lists and run again with DM_ANY_SYSTEM=1:
  then nothing is installed for you, and cmake says what it does not find.
TEXT
exit 1

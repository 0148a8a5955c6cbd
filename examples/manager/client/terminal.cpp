// What the process's streams are.
// SPDX-License-Identifier: Apache-2.0
#include "client/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

namespace dmctl {
namespace {

constexpr std::size_t narrowest = 20;

bool may_be_coloured() {
  const char* const never = std::getenv("NO_COLOR");
  if (never != nullptr && *never != '\0') return false;
  const char* const kind = std::getenv("TERM");
  return kind != nullptr && std::string_view(kind) != "dumb" && *kind != '\0';
}

std::string in_colour(tone how, std::string_view text) {
  const char* begin = "";
  switch (how) {
    case tone::plain:
      return std::string(text);
    case tone::good:
      begin = "\x1b[32m";
      break;
    case tone::busy:
      begin = "\x1b[33m";
      break;
    case tone::bad:
      begin = "\x1b[31m";
      break;
    case tone::dim:
      begin = "\x1b[2m";
      break;
    case tone::bold:
      begin = "\x1b[1m";
      break;
  }
  return begin + std::string(text) + "\x1b[0m";
}

constexpr std::array good_states = {
    std::string_view("STARTED"),    std::string_view("RUNNING"),   std::string_view("COMPLETED"),
    std::string_view("DEPLOYED"),   std::string_view("SUCCEEDED"), std::string_view("closed"),
    std::string_view("living"),     std::string_view("ok"),        std::string_view("ready"),
    std::string_view("DISCOVERED"), std::string_view("SCHEDULED"), std::string_view("SAVED")};
constexpr std::array bad_states = {std::string_view("FAILED"),
                                   std::string_view("DAMAGED"),
                                   std::string_view("KILLED"),
                                   std::string_view("STOPPED_WITH_FAILURES"),
                                   std::string_view("KILLED_WITH_FAILURES"),
                                   std::string_view("COMPLETED_WITH_FAILURES"),
                                   std::string_view("RUNNING_WITH_ERRORS"),
                                   std::string_view("BACKOFF"),
                                   std::string_view("SET_ASIDE"),
                                   std::string_view("NOT_FOUND"),
                                   std::string_view("NOT_SAVED"),
                                   std::string_view("UNTOLD"),
                                   std::string_view("FORBIDDEN"),
                                   std::string_view("GONE"),
                                   std::string_view("LEFT_ALONE"),
                                   std::string_view("open"),
                                   std::string_view("unavailable"),
                                   std::string_view("not ready"),
                                   std::string_view("CANCELLED")};
constexpr std::array dim_states = {std::string_view("NOTCREATED"), std::string_view("NOTDEPLOYED"),
                                   std::string_view("DISPOSED"),   std::string_view("ended"),
                                   std::string_view("unknown"),    std::string_view("UNKNOWN"),
                                   std::string_view("NOT_RUNNING")};

}  // namespace

std::size_t width_of(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  if (size.ws_col != 0) return std::max<std::size_t>(size.ws_col, narrowest);
  const char* const told = std::getenv("COLUMNS");
  const int columns = told == nullptr ? 0 : std::atoi(told);
  return columns > 0 ? std::max(static_cast<std::size_t>(columns), narrowest) : 80;
}

terminal terminal::of_process() {
  terminal result;
  result.out = ::isatty(STDOUT_FILENO) == 1;
  result.err = ::isatty(STDERR_FILENO) == 1;
  result.colours = result.out && may_be_coloured();
  result.err_colours = result.err && may_be_coloured();
  result.width = result.out ? width_of(STDOUT_FILENO) : 0;
  return result;
}

std::string terminal::toned(tone how, std::string_view text) const {
  return colours ? in_colour(how, text) : std::string(text);
}

std::string terminal::err_toned(tone how, std::string_view text) const {
  return err_colours ? in_colour(how, text) : std::string(text);
}

tone tone_of_state(std::string_view state) {
  const auto among = [&](const auto& words) {
    return std::find(words.begin(), words.end(), state) != words.end();
  };
  if (among(good_states)) return tone::good;
  if (among(bad_states)) return tone::bad;
  if (among(dim_states)) return tone::dim;
  if (state.ends_with("ING") || state == "QUEUED" || state == "AWAITED" || state == "IN_PROGRESS" ||
      state == "half-open" || state == "SUBMITTED" || state == "ACCEPTED") {
    return tone::busy;
  }
  return tone::plain;
}

}  // namespace dmctl

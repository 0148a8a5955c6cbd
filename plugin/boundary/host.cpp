// What the host lends to a session: where log lines go. Read by struct_size, so that a host of any
// minor will do (DM-3).
// SPDX-License-Identifier: Apache-2.0
#include "boundary/host.h"

#include <algorithm>

#include "io/visible_text.h"

namespace dm::boundary {

namespace {

static_assert(static_cast<int>(io::log_level::trace) == DM_LOG_TRACE);
static_assert(static_cast<int>(io::log_level::error) == DM_LOG_ERROR);
static_assert(static_cast<int>(io::log_level::off) == DM_LOG_OFF);

// A level out of range is the nearest one: a threshold is no reason to refuse a session.
io::log_level level_of(int32_t value) {
  return static_cast<io::log_level>(std::clamp<int32_t>(value, DM_LOG_TRACE, DM_LOG_OFF));
}

}  // namespace

host::host(const dm_host& given) {
  int32_t level = DM_LOG_TRACE;  // an absent member is a zero one (DM-3)
  if (DM_HAS_MEMBER(dm_host, &given, user)) user_ = given.user;
  if (DM_HAS_MEMBER(dm_host, &given, log_level)) level = given.log_level;
  if (DM_HAS_MEMBER(dm_host, &given, log)) log_ = given.log;
  if (log_ != nullptr) threshold_ = level_of(level);
}

void host::log(io::log_level level, std::string_view message) const {
  if (log_ == nullptr || level < threshold_ || level == io::log_level::off) return;
  const std::string line = single_line(message);
  log_(user_, static_cast<int32_t>(level), lend(line));
}

std::string single_line(std::string_view text) { return io::visible_text(text, io::lines::joined); }

std::optional<std::string_view> borrow(dm_string text) {
  if (text.data == nullptr)
    return text.size == 0 ? std::optional<std::string_view>("") : std::nullopt;
  return std::string_view(text.data, text.size);
}

}  // namespace dm::boundary

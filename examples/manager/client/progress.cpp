// Progress of long work.
// SPDX-License-Identifier: Apache-2.0
#include "client/progress.h"

#include "client/measure.h"
#include "client/text.h"

#include <fmt/format.h>

#include <array>

namespace dmctl {
namespace {

constexpr std::array<std::string_view, 10> turning = {"⠋", "⠙", "⠹", "⠸", "⠼",
                                                      "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr std::size_t most_told = 1000;

}  // namespace

progress::progress(const terminal& where, bool silent, std::FILE* to)
    : where_(where), silent_(silent), to_(to) {}

progress::~progress() { clear(); }

std::chrono::milliseconds progress::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               began_);
}

// What nobody can be told ends nothing: the operation goes on, and its end is waited for.
void progress::write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to_);
  std::fflush(to_);
}

void progress::draw(const std::string& line) {
  // The line begins anew and what was longer before goes; it never wraps, so one line is enough.
  write("\r" + line + "\x1b[K");
  drawn_ = true;
}

void progress::show(std::string_view what) {
  if (silent_) return;
  const std::string text = harmless(what);
  if (!where_.err) {
    if (told_.size() < most_told && told_.insert(text).second) {
      write(fmt::format("{:>5} s  {}\n", elapsed().count() / 1000, text));
    }
    return;
  }
  const std::string time = shown_duration(elapsed());
  const std::size_t wide = width_of(fileno(to_));
  const std::size_t taken = time.size() + 5;
  const std::string fits = wide > taken + 4 ? cut(text, wide - taken) : std::string();
  draw(fmt::format("{} {}  {}", where_.err_toned(tone::busy, turning[turn_++ % turning.size()]),
                   fits, where_.err_toned(tone::dim, time)));
}

void progress::tell(std::string_view what) {
  if (silent_) return;
  clear();
  const std::string text = harmless(what);
  if (where_.err) {
    write(where_.err_toned(tone::dim, cut(text, width_of(fileno(to_)))) + "\n");
  } else {
    write(fmt::format("{:>5} s  {}\n", elapsed().count() / 1000, text));
  }
}

void progress::clear() {
  if (!drawn_) return;
  write("\r\x1b[K");
  drawn_ = false;
}

}  // namespace dmctl

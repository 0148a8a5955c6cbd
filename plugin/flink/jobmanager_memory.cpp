// The JobManager's memory. Compared with Flink's own BashJavaUtils, to the byte, on 1.13.6, 1.17.2,
// 1.20.5 and 2.3.0 (test/flink/recorded/jobmanager_memory.json).
// SPDX-License-Identifier: Apache-2.0
#include "flink/jobmanager_memory.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "flink/memory_size.h"
#include "io/ascii_case.h"

namespace dm::flink {

namespace {

constexpr std::int64_t megabyte = std::int64_t{1} << 20;
constexpr std::string_view prefix = "jobmanager.memory.";
// Flink refuses sums that do not fit into 64 bits; of sizes up to this one every sum does.
constexpr std::int64_t largest_size = std::int64_t{1} << 60;

// Flink's MemorySize.multiply: the shortest decimal text of the double, times the bytes, exactly,
// cut to a whole number. nullopt: more than fits.
std::optional<std::int64_t> multiplied(std::int64_t bytes, double factor) {
  if (!(factor >= 0) || std::isinf(factor)) return std::nullopt;
  std::array<char, 32> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), factor, std::chars_format::scientific);
  const std::string_view number(text.data(), static_cast<std::size_t>(written.ptr - text.data()));
  const std::size_t mark = number.find('e');
  std::string digits(number.substr(0, mark));
  int exponent = 0;
  const std::string_view power = number.substr(number[mark + 1] == '+' ? mark + 2 : mark + 1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    exponent -= static_cast<int>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  std::int64_t mantissa = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), mantissa);
  __extension__ using wide = unsigned __int128;
  wide product = static_cast<wide>(bytes) * static_cast<wide>(mantissa);
  constexpr wide most = static_cast<wide>(INT64_MAX);
  for (; exponent < 0 && product > 0; ++exponent) product /= 10;
  for (; exponent > 0 && product <= most; --exponent) product *= 10;
  if (product > most) return std::nullopt;
  return static_cast<std::int64_t>(product);
}

class planner {
 public:
  explicit planner(const configuration_map& configuration) : configuration_(configuration) {}

  result<jobmanager_memory> plan() {
    read();
    if (problems_.empty()) derive();
    if (problems_.empty()) return memory_;
    error e;
    e.code = status_code::invalid_argument;
    e.message = fmt::format("the JobManager's memory cannot be computed: {}: {}",
                            problems_.front().path, problems_.front().found);
    e.hint = problems_.front().allowed;
    e.details = std::move(problems_);
    return fail(std::move(e));
  }

 private:
  void refuse(std::string_view name, std::string found, std::string allowed) {
    problems_.push_back({fmt::format("{}{}", prefix, name), std::move(found), std::move(allowed)});
  }

  std::optional<std::int64_t> size(std::string_view name) {
    const std::string* text = find_key(configuration_, fmt::format("{}{}", prefix, name));
    if (text == nullptr) return std::nullopt;
    const auto bytes = parse_memory_size(*text);
    if (!bytes || *bytes > largest_size) {
      refuse(name, fmt::format("\"{}\"", first_line(*text, 40)), "a size such as 1600m");
      return std::nullopt;
    }
    return bytes;
  }

  void read() {
    process_ = size("process.size");
    flink_ = size("flink.size");
    heap_ = size("heap.size");
    memory_.metaspace = size("jvm-metaspace.size").value_or(256 * megabyte);
    const auto off_heap = size("off-heap.size");
    off_heap_is_set_ = off_heap.has_value();
    memory_.off_heap = off_heap.value_or(128 * megabyte);
    least_ = size("jvm-overhead.min").value_or(192 * megabyte);
    most_ = size("jvm-overhead.max").value_or(1024 * megabyte);
    if (least_ > most_)
      refuse("jvm-overhead.min", fmt::format("{} bytes", least_),
             fmt::format("at most jvm-overhead.max, which is {} bytes", most_));
    if (const std::string* text =
            find_key(configuration_, "jobmanager.memory.jvm-overhead.fraction")) {
      float fraction = 0;
      const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), fraction);
      if (code != std::errc() || end != text->data() + text->size() || !(fraction >= 0) ||
          !(fraction < 1)) {
        refuse("jvm-overhead.fraction", fmt::format("\"{}\"", first_line(*text, 40)),
               "a number from 0 to below 1");
      }
      fraction_ = static_cast<double>(fraction);
    }
    if (const std::string* text =
            find_key(configuration_, "jobmanager.memory.enable-jvm-direct-memory-limit")) {
      const std::string word = io::lower_ascii(*text);
      if (word != "true" && word != "false") {
        refuse("enable-jvm-direct-memory-limit", fmt::format("\"{}\"", first_line(*text, 40)),
               "true or false");
      }
      memory_.limits_direct_memory = word == "true";
    }
  }

  std::int64_t clamped(std::int64_t bytes) const { return std::clamp(bytes, least_, most_); }

  // All memory but the JVM's own is `flink` bytes.
  void derive_from(std::int64_t flink) {
    if (process_) {
      memory_.process = *process_;
      memory_.overhead = *process_ - memory_.metaspace - flink;
      if (memory_.overhead < least_ || memory_.overhead > most_) {
        refuse("process.size",
               fmt::format("{} bytes, which leave {} for the JVM's overhead", *process_,
                           memory_.overhead),
               fmt::format("the sum of Flink's memory, {}, and metaspace, {}, and {} to {} more; "
                           "or leave one of the sizes out",
                           flink, memory_.metaspace, least_, most_));
        return;
      }
    } else {
      const auto overhead = multiplied(flink + memory_.metaspace, fraction_ / (1 - fraction_));
      memory_.overhead = overhead ? clamped(*overhead) : most_;
      memory_.process = flink + memory_.metaspace + memory_.overhead;
    }
    divide(flink, "flink.size");
  }

  void divide(std::int64_t flink, std::string_view name) {
    if (flink <= memory_.off_heap) {
      refuse(name,
             fmt::format("leaves {} bytes beside the JVM's metaspace and overhead",
                         std::max<std::int64_t>(flink, 0)),
             fmt::format("more than off-heap.size, which is {} bytes, so that there is a heap",
                         memory_.off_heap));
      return;
    }
    memory_.heap = flink - memory_.off_heap;
  }

  void derive() {
    if (heap_) {
      const std::int64_t least = *heap_ + (off_heap_is_set_ ? memory_.off_heap : 0);
      if (flink_ && (off_heap_is_set_ ? *flink_ != least : *flink_ < least)) {
        refuse("flink.size", fmt::format("{} bytes", *flink_),
               fmt::format("{}, {} bytes; or leave it out",
                           off_heap_is_set_ ? "the sum of heap.size and off-heap.size"
                                            : "at least heap.size",
                           least));
        return;
      }
      // Without a size of its own it is what the two leave.
      if (flink_) memory_.off_heap = *flink_ - *heap_;
      derive_from(*heap_ + memory_.off_heap);
    } else if (flink_) {
      derive_from(*flink_);
    } else if (process_) {
      memory_.process = *process_;
      const auto overhead = multiplied(*process_, fraction_);
      memory_.overhead = overhead ? clamped(*overhead) : most_;
      divide(*process_ - memory_.metaspace - memory_.overhead, "process.size");
    } else {
      refuse("process.size", "absent, like flink.size and heap.size",
             "one of the three: component_flink_jobmanager_memory sets process.size");
    }
  }

  const configuration_map& configuration_;
  jobmanager_memory memory_;
  std::optional<std::int64_t> process_;
  std::optional<std::int64_t> flink_;
  std::optional<std::int64_t> heap_;
  bool off_heap_is_set_ = false;
  std::int64_t least_ = 0;
  std::int64_t most_ = 0;
  double fraction_ = static_cast<double>(0.1F);
  std::vector<problem> problems_;
};

}  // namespace

result<jobmanager_memory> plan_jobmanager_memory(const configuration_map& configuration) {
  return planner(configuration).plan();
}

}  // namespace dm::flink

// Class files. Source: The Java Virtual Machine Specification, chapter 4.
// SPDX-License-Identifier: Apache-2.0
#include "package/class_file.h"

#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace dm::package {

namespace {

constexpr int newest_known_major = 70;  // Java 26
constexpr unsigned acc_public = 0x0001;
constexpr unsigned acc_static = 0x0008;

// Reads big-endian numbers; once it has run out of bytes all it gives is zero.
class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (const char c : text(size)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }
  std::uint32_t u2() { return number(2); }
  std::string_view text(std::size_t size) {
    if (size > rest_.size()) {
      short_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  void skip(std::size_t size) { static_cast<void>(text(size)); }
  bool ran_out() const { return short_; }

 private:
  std::string_view rest_;
  bool short_ = false;
};

struct constant_pool {
  std::vector<std::string_view> texts;  // by index; empty for what is no text
  std::vector<std::uint32_t> names;     // by index of a class: the index of its name

  std::string_view text(std::uint32_t index) const {
    return index < texts.size() ? texts[index] : std::string_view();
  }
  std::string_view class_name(std::uint32_t index) const {
    return index < names.size() ? text(names[index]) : std::string_view();
  }
};

// The bytes of a constant after its tag; 0: an unknown tag.
std::size_t size_of_constant(std::uint32_t tag) {
  switch (tag) {
    case 3:
    case 4:
    case 9:
    case 10:
    case 11:
    case 12:
    case 17:
    case 18:
      return 4;
    case 5:
    case 6:
      return 8;
    case 7:
    case 8:
    case 16:
    case 19:
    case 20:
      return 2;
    case 15:
      return 3;
    default:
      return 0;
  }
}

// false: a constant of a kind that is not known.
bool read_constants(byte_reader& in, constant_pool& pool) {
  constexpr std::uint32_t utf8 = 1;
  constexpr std::uint32_t class_info = 7;
  const std::uint32_t count = in.u2();
  pool.texts.resize(count);
  pool.names.resize(count);
  for (std::uint32_t index = 1; index < count && !in.ran_out(); ++index) {
    const std::uint32_t tag = in.number(1);
    if (tag == utf8) {
      pool.texts[index] = in.text(in.u2());
    } else if (tag == class_info) {
      pool.names[index] = in.u2();
    } else {
      const std::size_t size = size_of_constant(tag);
      if (size == 0) return in.ran_out();
      in.skip(size);
      if (size == 8) ++index;  // long and double take two places
    }
  }
  return true;
}

void skip_attributes(byte_reader& in) {
  for (std::uint32_t left = in.u2(); left > 0 && !in.ran_out(); --left) {
    in.skip(2);
    in.skip(in.number(4));
  }
}

main_method read_methods(byte_reader& in, const constant_pool& pool) {
  main_method found = main_method::absent;
  for (std::uint32_t left = in.u2(); left > 0 && !in.ran_out(); --left) {
    const std::uint32_t flags = in.u2();
    const std::string_view name = pool.text(in.u2());
    const std::string_view parameters = pool.text(in.u2());
    skip_attributes(in);
    // Whatever it returns: Class.getMethod does not ask.
    if (name != "main" || !parameters.starts_with("([Ljava/lang/String;)")) continue;
    if ((flags & acc_public) == 0 || found == main_method::usable) continue;
    found = (flags & acc_static) != 0 ? main_method::usable : main_method::not_static;
  }
  return found;
}

}  // namespace

result<class_file> read_class_file(std::string_view bytes) {
  const auto damaged = [](std::string_view why) {
    return fail(status_code::failed_precondition, fmt::format("no class file: {}", why));
  };
  byte_reader in(bytes);
  if (in.number(4) != 0xCAFEBABEU) return damaged("it does not begin as one");
  in.skip(2);
  class_file file;
  file.major = static_cast<int>(in.u2());
  if (file.major < 45) return damaged("it is cut off, or of no version of Java");
  constant_pool pool;
  if (!read_constants(in, pool)) {
    if (file.major <= newest_known_major) return damaged("an unknown constant");
    return file;
  }
  file.is_public = (in.u2() & acc_public) != 0;
  in.skip(2);
  file.superclass = pool.class_name(in.u2());
  in.skip(std::size_t{2} * in.u2());  // interfaces: their static methods are not inherited
  for (std::uint32_t left = in.u2(); left > 0 && !in.ran_out(); --left) {
    in.skip(6);
    skip_attributes(in);
  }
  file.main = read_methods(in, pool);
  if (in.ran_out()) return damaged("it is cut off");
  return file;
}

}  // namespace dm::package

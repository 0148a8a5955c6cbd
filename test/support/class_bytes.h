// A Java class file, put together byte by byte: as much of one as tells whether it can be started.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dm::test {

struct class_shape {
  std::string superclass = "java/lang/Object";
  int major = 52;                // Java 8
  unsigned flags = 0x0021;       // public, super
  unsigned main_flags = 0x0009;  // public static; 0: there is no main
  std::string main_descriptor = "([Ljava/lang/String;)V";
};

inline std::string class_bytes(const class_shape& shape = {}) {
  std::string out;
  const auto number = [&](std::uint32_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
      out += static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU);
  };
  const auto text = [&](const std::string& value) {
    number(1, 1);
    number(static_cast<std::uint32_t>(value.size()), 2);
    out += value;
  };
  number(0xCAFEBABEU, 4);
  number(0, 2);
  number(static_cast<std::uint32_t>(shape.major), 2);
  number(9, 2);  // constants 1 … 8, the long takes two
  text("example/Job");
  number(7, 1), number(1, 2);
  text(shape.superclass);
  number(7, 1), number(3, 2);
  number(5, 1), number(0, 4), number(42, 4);
  text("main");
  text(shape.main_descriptor);
  number(shape.flags, 2);
  number(2, 2);
  number(4, 2);
  number(0, 2);  // interfaces
  number(0, 2);  // fields
  number(shape.main_flags == 0 ? 0 : 1, 2);
  if (shape.main_flags != 0) {
    number(shape.main_flags, 2);
    number(7, 2);
    number(8, 2);
    number(1, 2);  // one attribute, whose name and content nobody asks for
    number(1, 2), number(3, 4);
    out += "abc";
  }
  number(0, 2);  // attributes
  return out;
}

}  // namespace dm::test

// What the process's streams are: terminals or not, how wide, in colours or not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dmctl {

enum class tone { plain, good, busy, bad, dim, bold };

struct terminal {
  bool out = false;      // standard output is a terminal
  bool err = false;      // the standard error stream is
  bool colours = false;  // of standard output
  bool err_colours = false;
  std::size_t width = 0;  // columns; 0: no terminal, nothing is cut

  static terminal of_process();

  /// In its colour, where there are colours.
  std::string toned(tone how, std::string_view text) const;
  std::string err_toned(tone how, std::string_view text) const;
};

/// The width of the terminal behind a descriptor as it is now; 0: none.
std::size_t width_of(int descriptor);

/// How a state's word is shown: applications', packages', operations', components', savepoints'.
tone tone_of_state(std::string_view state);

}  // namespace dmctl

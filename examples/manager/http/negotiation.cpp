// What a client says of the form in which it wants an answer.
// SPDX-License-Identifier: Apache-2.0
#include "http/negotiation.h"

#include "base/gzip.h"
#include "io/ascii_case.h"

#include <algorithm>
#include <utility>

namespace manager {
namespace {

// Shorter ones do not become shorter by much.
constexpr std::size_t worth_it = 1024;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool same_word(std::string_view left, std::string_view right) {
  return dm::io::lower_ascii(left) == dm::io::lower_ascii(right);
}

// "q=0", "q=0.000" and no other weight says no.
bool is_refusal(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    const std::string_view one = trimmed(parameters.substr(0, end));
    if (one.size() >= 3 && same_word(one.substr(0, 2), "q=")) {
      return one.substr(2).find_first_not_of("0.") == std::string_view::npos;
    }
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return false;
}

// Whether the list, divided by commas, has the word, and not to refuse it.
bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view entry = list.substr(0, end);
    const std::size_t mark = std::min(entry.find(';'), entry.size());
    if (same_word(trimmed(entry.substr(0, mark)), word)) {
      return !is_refusal(entry.substr(std::min(mark + 1, entry.size())));
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace

bool accepts_html(std::string_view accept) { return lists(accept, "text/html"); }

bool accepts_gzip(std::string_view accept_encoding) { return lists(accept_encoding, "gzip"); }

bool knows_tag(std::string_view if_none_match, std::string_view tag) {
  if (trimmed(if_none_match) == "*") return true;
  while (!if_none_match.empty()) {
    const std::size_t end = std::min(if_none_match.find(','), if_none_match.size());
    std::string_view one = trimmed(if_none_match.substr(0, end));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
    if_none_match.remove_prefix(std::min(end + 1, if_none_match.size()));
  }
  return false;
}

void compress(http_response& response, const http_request& request) {
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (response.body.size() < worth_it || !accepts_gzip(request.accept_encoding)) return;
  response.body = gzip(response.body);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace manager

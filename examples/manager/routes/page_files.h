// The page's files as a browser gets them: index.html, page.css, page.js, icon.svg. They are the
// same for everybody and hold nothing of anybody's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_message.h"
#include "routes/page_sources.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

struct page_file {
  std::string name;
  std::string content_type;
  std::string text;
  std::string zipped;  // by gzip
  std::string tag;     // ETag, with its quotes
};

class page_files {
 public:
  /// Style sheets become page.css in the order of their names, modules page.js from main.js on.
  /// Throws std::runtime_error as joined_script does.
  explicit page_files(const std::vector<page_source>& sources = page_sources());

  /// nullptr: there is none of that name. [any-thread]
  const page_file* find(std::string_view name) const;
  /// index.html; for somebody who has to give a token first it says so. [any-thread]
  const page_file& index(bool asks_for_token) const;

 private:
  void add(std::string name, std::string content_type, std::string text);

  std::vector<page_file> files_;
};

/// The file, or 304 where the client has it already.
http_response page_response(const page_file& file, const http_request& request);

}  // namespace manager

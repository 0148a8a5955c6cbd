// The page's files as a browser gets them.
// SPDX-License-Identifier: Apache-2.0
#include "routes/page_files.h"

#include "base/digest.h"
#include "base/gzip.h"
#include "http/negotiation.h"
#include "routes/page_script.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace manager {
namespace {

constexpr std::string_view index_name = "index.html";
constexpr std::string_view token_index_name = "index.html?token";  // no path has that name
constexpr std::string_view nothing_asked = "data-asks=\"\"";
constexpr std::string_view token_asked = "data-asks=\"token\"";

// Scripts and styles of this address only, none inside the document, and no text that becomes code
// or markup: what is not the page's own is never more than text.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

}  // namespace

page_files::page_files(const std::vector<page_source>& sources) {
  std::string styles;
  for (const page_source& one : sources) {
    if (one.name.ends_with(".css")) styles += one.text;
    if (one.name.ends_with(".svg"))
      add(std::string(one.name), "image/svg+xml", std::string(one.text));
    if (one.name != index_name) continue;
    std::string text(one.text);
    add(std::string(index_name), "text/html; charset=utf-8", text);
    const std::size_t at = text.find(nothing_asked);
    if (at == std::string::npos) throw std::runtime_error("index.html does not say data-asks");
    text.replace(at, nothing_asked.size(), token_asked);
    add(std::string(token_index_name), "text/html; charset=utf-8", std::move(text));
  }
  add("page.css", "text/css; charset=utf-8", std::move(styles));
  add("page.js", "text/javascript; charset=utf-8", joined_script(sources, "main.js"));
  index(false);
}

void page_files::add(std::string name, std::string content_type, std::string text) {
  page_file made{std::move(name), std::move(content_type), std::move(text), {}, {}};
  made.zipped = gzip(made.text);
  made.tag = "\"" + sha256_of(made.text).substr(0, 32) + "\"";
  files_.push_back(std::move(made));
}

const page_file* page_files::find(std::string_view name) const {
  const auto found = std::find_if(files_.begin(), files_.end(),
                                  [&](const page_file& one) { return one.name == name; });
  return found == files_.end() ? nullptr : &*found;
}

const page_file& page_files::index(bool asks_for_token) const {
  const page_file* found = find(asks_for_token ? token_index_name : index_name);
  if (found == nullptr) throw std::runtime_error("there is no index.html");
  return *found;
}

http_response page_response(const page_file& file, const http_request& request) {
  http_response response;
  // Kept, and asked for again each time: after an update nobody works with the old page.
  response.headers = {{"Cache-Control", "no-cache"},
                      {"ETag", file.tag},
                      {"Vary", "Accept, Accept-Encoding"},
                      {"Content-Security-Policy", std::string(policy)},
                      {"X-Frame-Options", "DENY"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (knows_tag(request.if_none_match, file.tag)) {
    response.status = 304;
    return response;
  }
  response.content_type = file.content_type;
  if (accepts_gzip(request.accept_encoding)) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = file.zipped;
  } else {
    response.body = file.text;
  }
  return response;
}

}  // namespace manager

// A client that speaks TLS and believes only what it can verify, by libcurl.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/certificates.h"

#include <string>

namespace manager_test {

struct tls_answer {
  long status = 0;      // 0: there was none
  std::string problem;  // libcurl's word for why
  std::string body;
};

/// One request to https://127.0.0.1:<port><path>. `authority` is the file of the certificate that
/// the server's must be signed by; `own` is what the client shows, empty names: nothing.
tls_answer ask_over_tls(int port, const std::string& authority, const std::string& method,
                        const std::string& path, const certificate_files& own = {});

}  // namespace manager_test

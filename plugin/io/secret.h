// What must not be shown (INV-7, D-10): names that speak of a secret, and texts and command lines
// with what is secret in them replaced.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dm::io {

// Whether a property, a configuration key, an environment variable or an option of this name holds
// a secret: its name has password, passwd, pwd, passphrase, passcode, secret, token, credential,
// private, or one of the keys that open something (access, account, API, authorization, client,
// encryption, HMAC, licence, master, SAS, security, server, shared, signing, SSH, SSL, storage,
// subscription, TLS key, key file) in it, whatever the case and the separators, or pass as its last
// word. A tokenizer is no token. (The reference Deployment Manager uses
// it, too; test/support/secret_names.txt is for other hosts as well.)
bool secret_name(std::string_view name);

// A part of a text that is secret, from `begin` to before `end`.
struct secret_range {
  std::size_t begin = 0;
  std::size_t end = 0;
};
// What masked_text replaces, in the text's order, for who shows a piece of a text.
std::vector<secret_range> secret_ranges(std::string_view text);

// The text with *** in the place of: user and password of an address (scheme://user:password@host);
// the value of name=value, "name":"value" and --name value where the name is a secret_name, also
// where it is a JSON object or list.
std::string masked_text(std::string_view text);

// The same for each of a program's arguments; the argument after one that is a secret_name with
// hyphens before it is masked whole.
std::vector<std::string> masked_arguments(const std::vector<std::string>& arguments);

}  // namespace dm::io

// The configuration directory of a component's client, in the component's directory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/file.h"
#include "package/client_configuration.h"

namespace dm::placement {

// Makes conf/ in the component's directory, or replaces it, where it is not as planned; whole under
// its name at every moment that a client may look. Whether anything changed.
result<bool> place_configuration(int directory, const package::client_configuration& planned,
                                 io::file_owner owner);

}  // namespace dm::placement

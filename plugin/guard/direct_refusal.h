// Why an application is not submitted without Flink's client: a definite no, before the submission
// or to it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "flink/failure_class.h"
#include "io/error.h"

namespace dm::guard {

struct direct_refusal {
  flink::failure_class failure = flink::failure_class::unknown;
  error reason;
  bool client_can = false;  // Flink's client could submit it all the same
};

direct_refusal refusal(flink::failure_class failure, std::string message, std::string hint);

// What is definite of an error; nullopt: it says nothing, and is asked again.
std::optional<direct_refusal> refusal_of(const error& reason);

// Errors for refusal_of. Whatever is wrong with a file of this node is this node's trouble, however
// definite; and Flink's client could do it.
error of_this_node(error problem);
error of_the_client(error problem);

}  // namespace dm::guard

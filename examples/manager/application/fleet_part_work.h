// What stopping and starting the part that an application has in an operation on the fleet have in
// common: its rows, read and written, the plugins asked, and the end of the application's
// operation.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/component_answer.h"
#include "base/json.h"
#include "registry/fleet_store.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// Rationale: of one operation in one process; what the next process needs is in the rows.
class fleet_part_work {
 public:
  fleet_part_work(const application_tools& tools, const operation_record& operation,
                  operation_context& context);

 protected:
  struct part {
    fleet_member row;
    std::optional<component_record> record;  // nullopt: it is not there any more
  };
  /// Of a plugin that cannot tell now; the pause before the next grows by as much each time.
  static constexpr int most_looks = 3;
  static constexpr std::chrono::milliseconds first_pause{1'000};
  using options_of = std::function<json::document(const component_record&)>;

  part* part_of(const component_record& record);
  /// Those that are still to be asked.
  std::vector<const part*> present() const;
  static bool settled(const part& one);
  void drop_absent();
  std::vector<component_answer> ask(plugin_verb verb, const std::vector<const part*>& parts,
                                    const options_of& options);
  void write();
  /// Where it is now, of one that is not as was asked for.
  void look_after(part& one);
  operation_outcome conclude(std::string_view doing, std::vector<component_answer> answers);

  const application_tools& tools_;
  const operation_record& operation_;
  operation_context& context_;
  const std::string fleet_;
  std::string request_;
  application_record application_;
  std::vector<component_record> all_;
  std::vector<part> parts_;
};

}  // namespace manager

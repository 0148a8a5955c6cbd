// The extension "dm.diagnosis/1": its table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dm_diagnosis.h"

namespace dm::boundary {

extern const dm_diagnosis diagnosis_table;

}  // namespace dm::boundary

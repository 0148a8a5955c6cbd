/* The layout of a header's types as numbers, so that two headers with the same names can be compared. */
#ifndef DM_TEST_LAYOUT_H
#define DM_TEST_LAYOUT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct layout_fact {
  const char *what; /* "offset of dm_plugin.open" */
  size_t number;
} layout_fact;

/* Each ends with a fact without a name. */
extern const layout_fact frozen_layout[];
extern const layout_fact current_layout[];

/* sizes of the growing structs: dm_host, dm_call_options, dm_plugin, dm_savepoint */
extern const size_t frozen_sizes[4];
extern const size_t current_sizes[4];

#ifdef __cplusplus
}
#endif

#endif

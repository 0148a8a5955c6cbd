/* Compiled twice: with the frozen headers of 1.0 and with today's. */
#include "layout.h"

#ifdef LAYOUT_OF_FROZEN_HEADERS
#include "dm_savepoint_1_0.h"
#define LAYOUT frozen_layout
#define SIZES frozen_sizes
#else
#include "dm_savepoint.h"
#define LAYOUT current_layout
#define SIZES current_sizes
#endif

#define SIZE(type) {"size of " #type, sizeof(type)},
#define MEMBER(type, name)                             \
  {"offset of " #type "." #name, offsetof(type, name)}, \
  {"size of " #type "." #name, sizeof(((type *)0)->name)},
#define VALUE(name) {"value of " #name, (size_t)name},

const layout_fact LAYOUT[] = {
#include "layout.inc"
    {NULL, 0}};

const size_t SIZES[4] = {sizeof(dm_host), sizeof(dm_call_options), sizeof(dm_plugin), sizeof(dm_savepoint)};

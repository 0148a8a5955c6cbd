# What cmake --install puts where, and how others find it.

// Arguments of the form --name value.
// SPDX-License-Identifier: Apache-2.0
package library;

import java.util.HashMap;
import java.util.Map;

final class Arguments {
  private final Map<String, String> values = new HashMap<>();

  Arguments(String[] words) {
    for (int i = 0; i + 1 < words.length; i += 2) {
      values.put(words[i].replaceFirst("^--", ""), words[i + 1]);
    }
  }

  /** null where it is not given. */
  String get(String name) {
    return values.get(name);
  }

  String need(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("--" + name + " is needed");
    }
    return value;
  }

  long number(String name, long other) {
    return values.containsKey(name) ? Long.parseLong(values.get(name)) : other;
  }
}

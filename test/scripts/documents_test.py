#!/usr/bin/env python3
"""The Deployment Manager's README, its example configuration and its routes say the same.

SPDX-License-Identifier: Apache-2.0
"""

import json
import re

from support import ROOT, ScriptTest, main


class Documents(ScriptTest):
    def test_each_key_of_the_readme_is_in_the_example(self):
        readme = (ROOT / "examples/manager/README.md").read_text()
        example = json.loads((ROOT / "examples/manager/deployment-manager.example.json").read_text())
        table = readme.split("| key | default | meaning |", 1)[1].split("\n\n", 1)[0]
        keys = set()
        for row in table.splitlines()[2:]:
            named = re.findall(r"`([a-z_.<>\[\]]+)`", row.split("|")[1])
            folder = ""
            for name in named:
                if "." in name:
                    folder = name.rsplit(".", 1)[0] + "."
                elif folder:
                    name = folder + name
                keys.add(name)
        self.assertGreater(len(keys), 20)
        for key in sorted(keys):
            at = example
            for part in key.split("."):
                if part.startswith("<"):
                    break
                self.assertIn(part.removesuffix("[]"), at, f"{key} of README.md is not in deployment-manager.example.json")
                if part.endswith("[]"):
                    break  # a list, empty in the example
                at = at[part]

    def test_each_key_of_the_example_is_in_the_readme(self):
        readme = (ROOT / "examples/manager/README.md").read_text()
        for key in json.loads((ROOT / "examples/manager/deployment-manager.example.json").read_text()):
            self.assertRegex(readme, rf"(?m)^\|[^|]*`{key}[`.]", f"{key} has no row in README.md")

    def test_routes_are_those_of_the_readme(self):
        """Both ways: a route that is added is written down, one that is written down exists."""
        added = set()
        for file in (ROOT / "examples/manager/routes").glob("*.cpp"):
            text = file.read_text()
            named = {}
            for name, base, literal in re.findall(r'std::string (\w+) = (?:(\w+) \+ )?"([^"]*)"', text):
                named[name] = named.get(base, "") + literal
            calls = re.findall(r'routes\.add\(\s*"([A-Z]+)",\s*(?:(\w+)(?: \+ )?)?(?:"([^"]*)")?', text)
            self.assertEqual(text.count("routes.add("), len(calls), file.name)
            for method, name, literal in calls:
                pattern = named.get(name, "") + literal
                self.assertTrue(pattern.startswith("/"), f"{file.name}: {method} {name} {literal}")
                added.add((method, re.sub(r"\{[^}]*\}", "*", pattern)))
        self.assertGreater(len(added), 15)
        readme = (ROOT / "examples/manager/README.md").read_text()
        told = set()
        for cell in re.findall(r"(?m)^\| (`[A-Z]+ /[^|]*) \|", readme.replace("\\|", "/")):
            for method, path in re.findall(r"`([A-Z]+) (/[^`?]*)", cell):
                told.add((method, re.sub(r"<name>-<version>\.tar\.gz|<[^>]*>", "*", path)))
        told |= {route for route in added if route in PREFIXES}
        self.assertEqual(set(), added - told, "routes that README.md does not have")
        self.assertEqual(set(), told - added, "routes of README.md that there are not")


# Patterns of the router that answer what no other route has, in words.
PREFIXES = {("GET", "/applications/*/*"), ("POST", "/applications/*/*")}


if __name__ == "__main__":
    main()

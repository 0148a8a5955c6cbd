#!/usr/bin/env python3
"""The shell functions that the package builds share, and what Maven is told of a proxy.

SPDX-License-Identifier: Apache-2.0
"""

from support import ROOT, ScriptTest, main


class Maven(ScriptTest):
    def maven(self, **variables):
        self.stand_in("mvn")
        variables = {"JAVA_HOME": "", "MAVEN_OPTS": "", **variables}
        script = f'set -euo pipefail; source "{ROOT}/examples/applications/packaging.sh"; maven pom.xml log'
        ended = self.run_program("bash", "-c", script, environment=variables)
        return ended, " ".join(self.calls("mvn"))

    def test_proxy_of_the_environment(self):
        _, told = self.maven(https_proxy="http://user:secret@proxy.example:3128/", http_proxy="proxy:80")
        self.assertIn("-Dhttps.proxyHost=proxy.example -Dhttps.proxyPort=3128", told)
        self.assertIn("-Dhttp.proxyHost=proxy -Dhttp.proxyPort=80", told)
        self.assertNotIn("secret", told)

    def test_no_proxy_and_one_that_maven_knows(self):
        self.assertNotIn("proxy", self.maven()[1])
        self.assertNotIn("proxy.example", self.maven(https_proxy="http://proxy.example:1", MAVEN_OPTS="-Dhttps.proxyHost=x")[1])

    def test_java_home_that_is_none(self):
        ended, told = self.maven(JAVA_HOME="/no/such/jdk")
        self.assertEqual(1, ended.returncode)
        self.assertIn("JAVA_HOME is /no/such/jdk, where there is no bin/javac", ended.stdout)
        self.assertEqual("", told)


if __name__ == "__main__":
    main()

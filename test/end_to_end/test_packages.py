"""Debian packages are upgraded, downgraded and removed under a running job: it is the same job all the time (D-43).

DM_OLDER_PACKAGES: a folder with the packages of an earlier release. Without it this build's are taken under an older version.

SPDX-License-Identifier: Apache-2.0
"""

import os
import signal
import sys
from pathlib import Path

from cluster import guards, one_guard
from environment import ROOT, wait_until
from own_scenario import RUNS, OwnScenario
from package_root import PackageRoot
from scenario import FAULTS

sys.path.append(str(ROOT / "test/scripts"))
from debian_packages import build, field, of_version, packages  # noqa: E402


class Packages(OwnScenario):
    def older(self):
        given = os.environ.get("DM_OLDER_PACKAGES")
        if given:
            return packages(Path(given))
        return of_version("0.0.1", self.environment.directory / "older-packages")

    def next_guard(self, job):
        """Ends the guard; supervisord starts the one that is installed now, which adopts the job."""
        (before,) = guards(job["spec"])
        os.kill(before, signal.SIGKILL)
        wait_until("another guard comes", lambda: set(guards(job["spec"])) - {before}, 60)
        after = one_guard(job["spec"])
        log = job["spec"].parent / "logs" / "guard.log"
        wait_until(
            "it has adopted the job",
            lambda: any(f" {after}" in line or job["application"] in line for line in log.read_text().splitlines()[-3:]), 60,
        )
        wait_until("its program is the installed one",
                   lambda: os.path.samefile(f"/proc/{after}/exe", self.root.guard), 30)
        job["guards"] = [after]

    def install(self, files):
        said = self.root.dpkg("--install", *(file for name, file in files.items() if name != "dm-plugin-dev"))
        # As the maintainer script has systemd do it.
        self.own.end()
        self.own.start()
        return said

    def test_upgrade_and_downgrade_under_a_running_job(self):
        build()
        older, newer = self.older(), packages()
        versions = [field(one["flink-dm-guard"], "Version") for one in (older, newer)]
        self.assertNotEqual(*versions)
        self.root = PackageRoot(self.environment.directory / "package-root")
        own = self.own_manager("packages", plugins_path=str(self.root.plugins))
        own.executable = self.root.manager
        del own.configuration["plugin_settings"]["flink"]["guard"]  # where the plugin finds it by itself
        self.install(older)
        self.deploy(FAULTS)
        name = self.application()
        self.create(name, FAULTS, RUNS)
        self.start(name)
        job = self.running(name)
        self.assertTrue(os.path.samefile(f"/proc/{job['guards'][0]}/exe", self.root.guard))

        for files, version in ((newer, versions[1]), (older, versions[0]), (newer, versions[1])):
            with self.subTest(version):
                self.install(files)
                self.assertEqual(version, self.root.dpkg("--list", "flink-dm-guard").splitlines()[-1].split()[2])
                # The guard goes on with the program that it was started from, under the other Deployment Manager and plugin.
                self.untouched(job)
                self.assertIn("(deleted)", os.readlink(f"/proc/{job['guards'][0]}/exe"))
                self.await_state(name, "job", "RUNNING", 60)
                self.next_guard(job)
                self.untouched(job)
                self.await_state(name, "job", "RUNNING", 60)

        # What one version has written the other reads: a savepoint, a stop and a start from it.
        self.stop(name)
        self.assertEqual([], self.cluster.live(job["tag"]))
        self.install(older)
        self.start(name)
        job = self.running(name)
        self.assertEqual(2, len(job["applications"]))

        said = self.root.dpkg("--remove", "flink-dm-plugin", "flink-dm-guard", "deployment-manager")
        self.assertNotIn("error", said)
        self.untouched(job)
        self.install(newer)
        self.untouched(job)
    test_upgrade_and_downgrade_under_a_running_job.seconds = 150

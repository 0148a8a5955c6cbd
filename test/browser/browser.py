"""A real browser without a window: Debian's Chromium, in a profile of its own, without the network.

SPDX-License-Identifier: Apache-2.0
"""

import os
import shutil
import signal
import subprocess

# Names that lead to this machine without any DNS; every other name leads nowhere.
FOREIGN_NAME = "evil.example"
NAMES = f"MAP {FOREIGN_NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-dev-shm-usage", "--password-store=basic", "--no-proxy-server", f"--host-resolver-rules={NAMES}",
    # Keeps it open until it is ended.
    "--remote-debugging-port=0",
)


def program():
    found = shutil.which("chromium")
    if not found:
        raise AssertionError("Debian's chromium is not there: apt-get install chromium (cmake/install-dependencies.sh does it)")
    return found


class Browser:
    """with Browser(place, url): the page is open. place: a directory that is made."""

    def __init__(self, place, url):
        place.mkdir()
        self.said = place / "said"
        variables = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        variables.update(HOME=str(place), XDG_CONFIG_HOME=str(place), XDG_CACHE_HOME=str(place), LC_ALL="C.UTF-8")
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [program(), *OPTIONS, f"--user-data-dir={place}/profile", url],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=variables, cwd=place, start_new_session=True,
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """All of its processes: they are a group of their own."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def problem(self):
        """Why it has ended, or None."""
        if self.process.poll() is None:
            return None
        return f"chromium ended with {self.process.returncode}: {self.said.read_text(errors='replace')[-2000:]}"

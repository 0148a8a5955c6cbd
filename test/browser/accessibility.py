"""axe-core, the accessibility checker, from the npm registry: one version, known by its hash, kept outside the source tree.

SPDX-License-Identifier: Apache-2.0
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.10.3"
INTEGRITY = "Xm7bpRXnDSX2YE2YFfBk2FnF0ep6tmG7xPh8iHee8MIcrgq762Nkce856dYtJYLkuIoYZvGfTs/PbZhideTcEg=="  # sha512 of the archive
CACHE = Path(os.environ.get("DM_CACHE", "/var/cache/dm-flink"))
# What axe calls serious or critical stops somebody from using the page.
BAD = ("serious", "critical")
SECONDS = 400  # of a large page on a busy machine


class NotToBeHad(Exception):
    """Neither kept nor to be fetched here; the text says why."""


def right(archive):
    return base64.b64encode(hashlib.sha512(archive).digest()).decode() == INTEGRITY


def fetched():
    with tempfile.TemporaryDirectory(prefix="dm-axe.") as place:
        try:
            told = subprocess.run(["npm", "pack", "--silent", f"axe-core@{VERSION}"], cwd=place, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise NotToBeHad(f"npm: {problem}") from None
        files = list(Path(place).glob("*.tgz"))
        if told.returncode != 0 or not files:
            raise NotToBeHad(f"npm pack axe-core@{VERSION}: {told.stdout.strip()[-300:]}")
        return files[0].read_bytes()


def script():
    """The text of axe.min.js. Throws NotToBeHad; an archive with another hash is an AssertionError."""
    kept = CACHE / f"axe-core-{VERSION}.tgz"
    archive = kept.read_bytes() if kept.exists() else b""
    if not right(archive):
        archive = fetched()
        if not right(archive):
            raise AssertionError(f"axe-core {VERSION} of the registry has another hash than the one that is known")
        try:
            CACHE.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=CACHE, delete=False) as file:
                file.write(archive)
            os.replace(file.name, kept)
        except OSError:
            pass  # it is fetched again the next time
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return opened.extractfile("package/axe.min.js").read().decode()


def findings(page, axe):
    """What keeps people out, as texts; the page is left as it is, but for axe in it."""
    page.run(f"(() => {{ if (!globalThis.axe) {{ (0, eval)({json.dumps(axe)}); }} return true; }})()")
    told = page.run("axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map((one) => "
                    "({id: one.id, impact: one.impact, help: one.help, nodes: one.nodes.map((node) => node.html.slice(0, 200) + ' ' + (node.failureSummary || '').slice(0, 300))})))", SECONDS)
    return [f"{one['impact']} {one['id']}: {one['help']}: {one['nodes'][:3]}" for one in told if one["impact"] in BAD]

"""axe-core, the accessibility checker, from the npm registry: one version, known by its hash, kept outside the source tree.

SPDX-License-Identifier: Apache-2.0
"""

import base64
import hashlib
import http.client
import io
import json
import os
import tarfile
import tempfile
import urllib.request
from pathlib import Path

VERSION = "4.10.3"
INTEGRITY = "Xm7bpRXnDSX2YE2YFfBk2FnF0ep6tmG7xPh8iHee8MIcrgq762Nkce856dYtJYLkuIoYZvGfTs/PbZhideTcEg=="  # sha512 of the archive
ADDRESS = f"https://registry.npmjs.org/axe-core/-/axe-core-{VERSION}.tgz"
LARGEST = 16 << 20  # bytes
CACHE = Path(os.environ.get("DM_CACHE", "/var/cache/dm-flink"))
KEPT = CACHE / f"axe-core-{VERSION}.tgz"
# What axe calls serious or critical stops somebody from using the page.
BAD = ("serious", "critical")
SECONDS = 400  # of a large page on a busy machine


def right(archive):
    return base64.b64encode(hashlib.sha512(archive).digest()).decode() == INTEGRITY


def fetched():
    """Through https_proxy where that is set."""
    try:
        with urllib.request.urlopen(ADDRESS, timeout=120) as answer:
            archive = answer.read(LARGEST)
    except (OSError, http.client.HTTPException) as problem:
        raise AssertionError(f"axe-core is not to be had: {ADDRESS}: {problem}. Where the network does not reach it, put that file "
                             f"at {KEPT}, or name another directory for it by DM_CACHE") from None
    if not right(archive):
        raise AssertionError(f"{ADDRESS} has another hash than the one that is known")
    return archive


def script():
    """The text of axe.min.js. Without it nothing could be said about the page: AssertionError, with what to do."""
    archive = KEPT.read_bytes() if KEPT.exists() else b""
    if not right(archive):
        archive = fetched()
        try:
            CACHE.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=CACHE, delete=False) as file:
                file.write(archive)
            os.replace(file.name, KEPT)
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

"""Chromium driven by its own protocol over two pipes (--remote-debugging-pipe): no driver, no WebSocket.

SPDX-License-Identifier: Apache-2.0
"""

import base64
import json
import os
import queue
import signal
import subprocess
import threading
import time

from browser import OPTIONS, program

PATIENCE = 60  # seconds, for a browser on a busy machine

KEYS = {  # name: (code, virtual key, text)
    "Tab": ("Tab", 9, None), "Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, None), " ": ("Space", 32, " "),
    "ArrowDown": ("ArrowDown", 40, None), "ArrowUp": ("ArrowUp", 38, None),
}


class Refused(Exception):
    """The browser's own word."""


class DevTools:
    """with DevTools(place) as browser: a browser with one page, browser.page. place: a directory that is made."""

    def __init__(self, place, options=()):
        place.mkdir()
        self.said = place / "said"
        to_browser, self.to = os.pipe()
        self.back, from_browser = os.pipe()
        variables = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        variables.update(HOME=str(place), XDG_CONFIG_HOME=str(place), XDG_CACHE_HOME=str(place), LC_ALL="C.UTF-8")
        words = [one for one in OPTIONS if "remote-debugging" not in one]

        def lay_pipes():  # the browser reads 3 and writes 4
            low = os.dup(to_browser), os.dup(from_browser)
            spare = [os.dup(one) for one in low]
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [program(), *words, "--remote-debugging-pipe", "--force-color-profile=srgb", *options,
                 f"--user-data-dir={place}/profile", "about:blank"],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=variables, cwd=place, start_new_session=True,
                preexec_fn=lay_pipes, close_fds=False, pass_fds=(),
            )
        os.close(to_browser)
        os.close(from_browser)
        self.last = 0
        self.waiting = {}
        self.events = []  # (session, method, params), all that came
        self.takers = []
        self.lock = threading.Lock()
        threading.Thread(target=self.read, daemon=True).start()
        target = next(one for one in self.send("Target.getTargets")["targetInfos"] if one["type"] == "page")
        session = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        self.page = Page(self, session)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """All of its processes: they are a group of their own."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.to)

    def read(self):
        rest = b""
        while piece := os.read(self.back, 1 << 16):
            rest += piece
            while b"\0" in rest:
                message, rest = rest.split(b"\0", 1)
                self.take(json.loads(message))
        os.close(self.back)

    def take(self, message):
        if "id" in message:
            with self.lock:
                answer = self.waiting.pop(message["id"], None)
            if answer:
                answer.put(message)
            return
        for taker in self.takers:
            taker(message.get("sessionId"), message["method"], message["params"])

    def send(self, method, session=None, wait=True, seconds=PATIENCE, **params):
        with self.lock:
            self.last += 1
            number = self.last
            answer = self.waiting[number] = queue.Queue()
            message = {"id": number, "method": method, "params": params, **({"sessionId": session} if session else {})}
            os.write(self.to, json.dumps(message).encode() + b"\0")
        if not wait:
            return None
        try:
            told = answer.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"{method}: the browser does not answer; it said: {self.said.read_text(errors='replace')[-2000:]}") from None
        if "error" in told:
            raise Refused(f"{method}: {told['error'].get('message')}")
        return told["result"]


class Page:
    """One tab: what is on it, and what a person does with it."""

    def __init__(self, browser, session):
        self.browser = browser
        self.session = session
        self.problems = []  # what a console would show in red
        self.requests = {}  # id: {"url", "method", "status", "bytes"}
        self.answers = []  # (regular expression of method and path, function of them to (code, type, body))
        browser.takers.append(self.take)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method, **params):
        return self.browser.send(method, self.session, **params)

    def take(self, session, method, params):
        if session != self.session:
            return
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.problems.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.problems.append(" ".join(str(one.get("value", one.get("description"))) for one in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.problems.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            request = params["request"]
            self.requests[params["requestId"]] = {"url": request["url"], "method": request["method"], "status": 0, "bytes": 0, "at": len(self.requests)}
        elif method == "Network.responseReceived" and params["requestId"] in self.requests:
            self.requests[params["requestId"]]["status"] = params["response"]["status"]
        elif method == "Network.loadingFinished" and params["requestId"] in self.requests:
            self.requests[params["requestId"]]["bytes"] = params["encodedDataLength"]
        elif method == "Fetch.requestPaused":
            self.answer(params)

    def answer(self, params):
        """In place of the server, where something says how; else the server."""
        request = params["request"]
        for pattern, make in self.answers:
            found = pattern.search(f"{request['method']} {request['url']}")
            if found:
                code, content_type, body = make(found)
                self.browser.send("Fetch.fulfillRequest", self.session, wait=False, requestId=params["requestId"], responseCode=code,
                                  responseHeaders=[{"name": "Content-Type", "value": content_type}], body=base64.b64encode(body.encode()).decode())
                return
        self.browser.send("Fetch.continueRequest", self.session, wait=False, requestId=params["requestId"])

    def answer_instead(self, answers):
        self.answers = answers
        self.send("Fetch.enable", patterns=[{"urlPattern": "*"}])

    # What is on it.

    def run(self, script, seconds=PATIENCE):
        """The value of an expression; a promise's when it has one."""
        told = self.send("Runtime.evaluate", seconds=seconds, expression=script, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in told:
            details = told["exceptionDetails"]
            raise AssertionError(f"{script[:300]}: {details.get('exception', {}).get('description') or details['text']}")
        return told["result"].get("value")

    def wait(self, script, seconds=PATIENCE):
        """Until the expression is true; its value."""
        end = time.monotonic() + seconds
        while True:
            value = self.run(f"(() => {{ const value = {script}; return value instanceof Node ? true : value; }})()")
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"it did not become true: {script}\non the page: {self.text()[:3000]}\nproblems: {self.problems}")
            time.sleep(0.1)

    def text(self):
        return self.run("document.body?.innerText || ''")

    def wait_text(self, text, seconds=PATIENCE):
        return self.wait(f"document.body?.innerText.includes({json.dumps(text)})", seconds)

    def open(self, url):
        self.send("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def go(self, hash_):
        self.run(f"location.hash = {json.dumps(hash_)}")

    def size(self, width, height):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def colours(self, scheme):
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, file, whole=True):
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(shot["data"]))

    # What a person does.

    def find(self, name, kind="button, a, summary, input, select, textarea", inside="document.querySelector('dialog') || document"):
        """Script: the first thing that can be used and is called so, by its label or its text; in a dialog, where one is open."""
        return f"""[...({inside}).querySelectorAll({json.dumps(kind)})].find((one) => one.offsetParent !== null &&
          [one.getAttribute('aria-label'), one.innerText, ...[...(one.labels || [])].map((label) => label.firstChild?.data || label.innerText)]
            .some((text) => (text || '').replace(/ \\(new tab\\)$/, '').trim() === {json.dumps(name)}))"""

    def click(self, name, kind="button, a, summary", inside="document.querySelector('dialog') || document"):
        """With the mouse, where it is; once more where it has moved away meanwhile, as a person would."""
        one = self.find(name, kind, inside)
        self.wait(f"(() => {{ const one = {one}; return one && !one.disabled; }})()")
        for _ in range(20):
            spot = self.run(f"(() => {{ const one = {one}; if (!one) return null; one.scrollIntoView({{block: 'center'}}); globalThis.was_clicked = false;"
                            " one.addEventListener('click', () => { globalThis.was_clicked = true; }, {once: true, capture: true});"
                            " const box = one.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; })()")
            if spot is None:
                continue
            for kind_of, buttons in (("mousePressed", 1), ("mouseReleased", 0)):
                self.send("Input.dispatchMouseEvent", type=kind_of, x=spot[0], y=spot[1], button="left", buttons=buttons, clickCount=1)
            if self.run("globalThis.was_clicked !== false"):
                return
        raise AssertionError(f"{name} cannot be clicked: something covers it\non the page: {self.text()[:2000]}")

    def focus(self, name, kind="input, textarea, select"):
        self.wait(f"Boolean({self.find(name, kind)})")
        self.run(f"{self.find(name, kind)}.focus()")

    def write(self, name, text):
        """Into the field of that name, in place of what is there."""
        self.focus(name)
        self.run("document.activeElement.select?.()")
        self.send("Input.insertText", text=text)

    def choose(self, name, value):
        self.focus(name, "select")
        self.run(f"(() => {{ const one = document.activeElement; one.value = {json.dumps(value)};"
                 " for (const kind of ['input', 'change']) one.dispatchEvent(new Event(kind, {bubbles: true})); })()")

    def press(self, key, shift=False):
        code, number, text = KEYS[key]
        common = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **common, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def give_file(self, selector, file):
        root = self.send("DOM.getDocument")["root"]["nodeId"]
        node = self.send("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.send("DOM.setFileInputFiles", nodeId=node, files=[str(file)])

"""Prints what a script saw: one JSON line per step, compared later between Kampa and Apache Kafka.

A step that nobody expected to fail says "unexpected", and the runner then blames the script if Apache Kafka
failed it too.
"""

import json
import time
import traceback


def client(name_and_version):
    """Says which client this is."""
    print(json.dumps({"client": name_and_version}), flush=True)


def step(name, run):
    try:
        line = {"step": name, "result": run()}
    except Exception as error:
        line = {"step": name, "unexpected": type(error).__name__, "detail": traceback.format_exc()}
    print(json.dumps(line, default=plain), flush=True)


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


def until(what, condition, seconds=20):
    """Waits for something that the script itself sees; `condition` does the polling."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s in vain for {what}")


def settled(ask, wanted, seconds=10):
    """Asks until the answer is the wanted one, for some of them come late; returns the last answer."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer == wanted or time.monotonic() > end:
            return answer
        time.sleep(0.05)

"""An agent on Python's websockets package, written to the letter of the reference.

usage: agent.py URL [AGENT_ID FINGERPRINT]     FINGERPRINT is a JSON list

Registers if it is told as what. Prints "> " and each message sent, "< " and each received. A line of
standard input is an outcome to emit, {"payload": ..., "confidence": ...}; behind a "=" it is a text to
send as it is. Ends with its input.
"""
import asyncio
import json
import sys
import time

import websockets


async def send(ws, text):
    print(">", text, flush=True)
    await ws.send(text)


async def listen(ws):
    async for text in ws:
        json.loads(text)
        print("<", text, flush=True)


async def command(ws, line, fingerprint):
    if line.startswith("="):
        await send(ws, line[1:])
        return
    wanted = json.loads(line)
    await send(ws, json.dumps({
        "type": "outcome",
        "packet": {
            "fingerprint": fingerprint,
            "payload": wanted["payload"],
            "confidence": wanted["confidence"],
            "timestamp": time.time(),
        },
    }))


async def main(url, agent_id=None, fingerprint="[]"):
    fingerprint = json.loads(fingerprint)
    loop = asyncio.get_running_loop()
    async with websockets.connect(url) as ws:
        listener = asyncio.create_task(listen(ws))
        if agent_id is not None:
            await send(ws, json.dumps({
                "type": "register",
                "agent_id": agent_id,
                "fingerprint": fingerprint,
                "meta": {"env": "python"},
            }))
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await command(ws, line.rstrip("\n"), fingerprint)
        listener.cancel()


asyncio.run(main(*sys.argv[1:]))

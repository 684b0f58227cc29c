"""`python -m aurora.messages_double --scenario FILE --port 0 --ledger FILE [--by-hand DIR]`

Prints its address as the first line, and writes it to `--address FILE` when asked; ends on SIGINT or SIGTERM."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from aurora.messages_double.scenario import BadScenario
from aurora.messages_double.serving import serving


async def _serve(given: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with serving(
        given.scenario, by_hand=given.by_hand, ledger=given.ledger, key=given.key, host=given.host, port=given.port
    ) as double:
        if given.address is not None:
            # whole at once: whoever waits for the file never reads half an address
            part = given.address.with_name(given.address.name + ".part")
            part.write_text(double.url + "\n", encoding="utf-8")
            part.replace(given.address)
        sys.stdout.write(double.url + "\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    words = argparse.ArgumentParser(prog="aurora.messages_double", description="A strict double of the Messages API.")
    plays = words.add_mutually_exclusive_group(required=True)
    plays.add_argument("--scenario", type=Path, metavar="FILE", help="replies to play")
    plays.add_argument("--by-hand", type=Path, metavar="DIR", help="write requests here, read replies from here")
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, default=0, help="0 picks a free one")
    words.add_argument("--ledger", type=Path, metavar="FILE", help="a JSON line for every request")
    words.add_argument("--address", type=Path, metavar="FILE", help="where to write the address")
    words.add_argument("--key", help="the only key that is right; any is without")
    given = words.parse_args()
    try:
        asyncio.run(_serve(given))
    except (BadScenario, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

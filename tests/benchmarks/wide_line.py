"""A wide-area line on this machine: a proxy to 127.0.0.1 whose bytes arrive late, and not too fast.

    python tests/benchmarks/wide_line.py PORT

Prints the port that it listens at. Each direction takes half of a round trip of 40 ms, and each
connection carries 4 MB/s each way; a new connection costs a round trip more, as TCP's handshake does.
"""

import asyncio
import sys
from collections import deque

ROUND_TRIP = 0.040  # seconds
SPEED = 4_000_000  # bytes a second, of one connection in one direction
BLOCK = 64 * 1024
WINDOW = 2 * SPEED * ROUND_TRIP  # bytes on their way before the sender has to wait


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry one direction: a block leaves when the line is free, and arrives half a trip later."""
    clock = asyncio.get_running_loop().time
    under_way: deque[tuple[float, bytes]] = deque()
    size, moved, ended = 0, asyncio.Event(), False

    async def arrive() -> None:
        nonlocal size
        while not ended or under_way:
            if not under_way:
                moved.clear()
                await moved.wait()
                continue
            due, block = under_way.popleft()
            await asyncio.sleep(max(0.0, due - clock()))
            writer.write(block)
            await writer.drain()
            size -= len(block)
        writer.close()

    task = asyncio.create_task(arrive())
    free = clock()
    try:
        while block := await reader.read(BLOCK):
            free = max(free, clock()) + len(block) / SPEED
            under_way.append((free + ROUND_TRIP / 2, block))
            size += len(block)
            moved.set()
            while size > WINDOW:
                await asyncio.sleep(0.005)
    except ConnectionError:
        pass
    ended = True
    moved.set()
    try:
        await task
    except ConnectionError:
        writer.close()


async def connect(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection of a client's."""
    await asyncio.sleep(ROUND_TRIP)
    try:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        writer.close()
        return
    await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))


async def main(port: int) -> None:
    server = await asyncio.start_server(lambda *ends: connect(port, *ends), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

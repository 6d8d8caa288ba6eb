"""The same work in asyncio. usage: peer.py WORK COUNT"""

import asyncio
import sys


async def one(n):
    return n


async def run_await(count):
    total = 0
    for i in range(count):
        total += await asyncio.create_task(one(i))
    return total


async def nil():
    pass


async def run_start(count):
    for _ in range(count // 100):
        async with asyncio.TaskGroup() as group:
            for _ in range(100):
                group.create_task(nil())
    return count


async def run_gather(count):
    total = 0
    for _ in range(count // 100):
        total += len(await asyncio.gather(*(one(n) for n in range(100))))
    return total


async def turns(count):
    n = 0
    for _ in range(count):
        await asyncio.sleep(0)
        n += 1
    return n


async def run_switch(count):
    return sum(await asyncio.gather(turns(count // 2), turns(count // 2)))


async def producer(queue, count):
    for i in range(count):
        await queue.put(i)


async def consumer(queue):
    total = 0
    while (item := await queue.get()) is not None:
        total += item
    return total


async def run_queue(count, ends):
    queue = asyncio.Queue(64)
    consumers = [asyncio.create_task(consumer(queue)) for _ in range(ends)]
    await asyncio.gather(*(producer(queue, count // ends) for _ in range(ends)))
    for _ in range(ends):
        await queue.put(None)
    return sum(await asyncio.gather(*consumers))


async def run_limiter(count):
    gate = asyncio.Semaphore(100)

    async def work():
        async with gate:
            await asyncio.sleep(0)

    await asyncio.gather(*(work() for _ in range(count)))
    return count


async def run_sleepers(count):
    await asyncio.gather(*(asyncio.sleep(1) for _ in range(count)))
    return count


WORKS = {
    "await": run_await,
    "start": run_start,
    "gather": run_gather,
    "switch": run_switch,
    "queue1": lambda count: run_queue(count, 1),
    "queue4": lambda count: run_queue(count, 4),
    "limiter": run_limiter,
    "sleepers": run_sleepers,
}

if len(sys.argv) < 2:
    print("Hello, world")
else:
    print(asyncio.run(WORKS[sys.argv[1]](int(sys.argv[2]))))

"""What pymodbus does with the same plan: an asyncio client a connection, each value decoded, nothing done with it."""

import argparse
import asyncio
import os
import resource
import sys
import time

from pymodbus.client import AsyncModbusTcpClient


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def resident_mib() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1048576


class Poller:
    def __init__(self, options):
        self.options = options
        self.decoded = 0

    async def poll(self, host: int):
        options = self.options
        client = AsyncModbusTcpClient(f"127.77.{host // 250}.{host % 250 + 1}", port=options.port)
        if not await client.connect():
            raise SystemExit(f"pymodbus: can't connect to {client}")
        try:
            while True:
                for unit in range(1, options.units + 1):
                    for first in range(0, options.floats, 62):
                        count = min(62, options.floats - first)
                        answer = await client.read_holding_registers(first * 2, count=count * 2, device_id=unit)
                        if answer.isError():
                            raise SystemExit(f"pymodbus: unit {unit}: {answer}")
                        client.convert_from_registers(answer.registers, client.DATATYPE.FLOAT32)
                        self.decoded += count
        finally:
            client.close()

    async def run(self):
        tasks = [asyncio.create_task(self.poll(host)) for host in range(self.options.connections)]

        async def measure():
            await asyncio.sleep(2)
            start, cpu_start, decoded_start = time.monotonic(), cpu(), self.decoded
            await asyncio.sleep(self.options.seconds)
            elapsed = time.monotonic() - start
            print(f"floats_per_s {(self.decoded - decoded_start) / elapsed:.0f}")
            print(f"cpu_cores {(cpu() - cpu_start) / elapsed:.3f}")
            print(f"rss_mib {resident_mib():.1f}")

        end = asyncio.create_task(measure())
        done, _ = await asyncio.wait([end, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        # A request on its way takes a cancellation for an error and goes on: nothing is left to be done, so don't wait for it.
        sys.stdout.flush()
        os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--units", type=int, default=10)
    parser.add_argument("--floats", type=int, default=1000)
    parser.add_argument("--port", type=int, default=15020)
    parser.add_argument("--seconds", type=float, default=10)
    asyncio.run(Poller(parser.parse_args()).run())


if __name__ == "__main__":
    main()

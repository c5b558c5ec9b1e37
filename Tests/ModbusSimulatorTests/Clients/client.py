"""A Modbus client for tests: client.py tcp|rtu|rtu-over-tcp PORT_OR_DEVICE '[["method", {arguments}], …]' [RECORDING].

Calls pymodbus' client for each entry and prints one line of JSON with what came back. With a fourth argument, writes
there what went over the wire.
"""

import json
import sys
import time

from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusException

mode, target, calls = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
recording = open(sys.argv[4], "w") if len(sys.argv) > 4 else None
start = time.monotonic_ns()
if recording:
    header = {"format": "swiftlet-modbus-wire", "version": 1, "framing": mode, "bus": target}
    print(json.dumps(header | {"started": time.time_ns() // 1000000}), file=recording)


def trace(is_sent, data):
    if recording and data:
        entry = {"t": (time.monotonic_ns() - start) // 1000, "dir": "out" if is_sent else "in", "unit": unit}
        print(json.dumps(entry | {"hex": data.hex()}), file=recording, flush=True)
    return data


if mode == "rtu":
    client = ModbusSerialClient(target, baudrate=19200, timeout=20, retries=0, trace_packet=trace)
else:
    framer = FramerType.RTU if mode == "rtu-over-tcp" else FramerType.SOCKET
    client = ModbusTcpClient("127.0.0.1", port=int(target), framer=framer, timeout=20, retries=0, trace_packet=trace)
if not client.connect():
    sys.exit(f"cannot connect to {target}")
for method, arguments in calls:
    unit = arguments["device_id"]
    try:
        answer = getattr(client, method)(**arguments)
    except ModbusException as error:
        print(json.dumps({"error": str(error)}), flush=True)
        continue
    result = {}
    if answer.isError():
        result["exception"] = answer.exception_code
    elif hasattr(answer, "information"):
        result["information"] = {str(key): value.decode() for key, value in answer.information.items()}
        result["more"] = answer.more_follows != 0
        result["next"] = answer.next_object_id
    elif answer.registers:
        result["registers"] = answer.registers
    elif answer.bits:
        result["bits"] = answer.bits
    print(json.dumps(result), flush=True)
client.close()

"""A Modbus client for tests: client.py tcp|rtu|rtu-over-tcp PORT_OR_DEVICE '[["method", {arguments}], …]'.

Calls pymodbus' client for each entry and prints one line of JSON with what came back.
"""

import json
import sys

from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusException

mode, target, calls = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
if mode == "rtu":
    client = ModbusSerialClient(target, baudrate=19200, timeout=20, retries=0)
else:
    framer = FramerType.RTU if mode == "rtu-over-tcp" else FramerType.SOCKET
    client = ModbusTcpClient("127.0.0.1", port=int(target), framer=framer, timeout=20, retries=0)
if not client.connect():
    sys.exit(f"cannot connect to {target}")
for method, arguments in calls:
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

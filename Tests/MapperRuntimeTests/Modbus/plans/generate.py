"""Writes the layouts beside it: devices, and the fewest requests (function, address, count) that a cycle of them needs."""

HEAD = """# %s
requests: %s
---
apiVersion: devices.kubeedge.io/v1beta1
kind: DeviceModel
metadata:
  name: model
spec:
  protocol: modbus
  properties:
%s---
apiVersion: devices.kubeedge.io/v1beta1
kind: Device
metadata:
  name: d
spec:
  deviceModelRef:
    name: model
  protocol:
    protocolName: modbus
    configData:
      communicateMode: TCP
      ip: 127.0.0.1
      port: 1502
      slaveID: 1
  properties:
%s"""


def layout(file, comment, requests, points):
    properties = ""
    cycles = ""
    for place, (type, cycle, visitor) in enumerate(points):
        properties += "    - {name: p%d, type: %s, accessMode: ReadOnly, visitors: {protocolName: modbus, configData: {%s}}}\n" % (
            place, type, visitor)
        cycles += "    - {name: p%d, collectCycle: %d}\n" % (place, cycle)
    with open(file + ".yaml", "w") as out:
        out.write(HEAD % (comment, "[" + ", ".join('"%s"' % r for r in requests) + "]", properties, cycles))


def register(offset, cycle=100):
    return ("INT", cycle, "register: HoldingRegister, offset: %d, limit: 1" % offset)


def typed(kind, table, offset, data, more="", cycle=100):
    return (kind, cycle, "register: %s, offset: %d, dataType: %s%s" % (table, offset, data, more))


layout("contiguous", "A hundred registers side by side: one request.", ["3 0 100"], [register(i) for i in range(100)])
layout(
    "every-second", "A hundred registers, every second one: two requests of up to 125.", ["3 0 125", "3 126 73"],
    [register(i) for i in range(0, 200, 2)])
layout(
    "islands", "Three islands too far apart for one request.", ["3 0 10", "3 500 10", "3 1000 10"],
    [register(base + i) for base in (0, 500, 1000) for i in range(10)])
layout(
    "mixed-types", "Values of one to four registers, bits of a register, and three other tables: one request a table.",
    ["1 3 6", "2 0 1", "3 0 13", "4 10 2"],
    [
        typed("INT", "HoldingRegister", 0, "int16"), typed("INT", "HoldingRegister", 1, "uint32"),
        typed("FLOAT", "HoldingRegister", 3, "float32"), typed("DOUBLE", "HoldingRegister", 5, "float64"),
        typed("BOOLEAN", "HoldingRegister", 9, "bit", ", bit: 3"), typed("BOOLEAN", "HoldingRegister", 9, "bit", ", bit: 15"),
        typed("STRING", "HoldingRegister", 10, "string", ", limit: 3"), typed("FLOAT", "InputRegister", 10, "float32"),
        ("BOOLEAN", 100, "register: CoilRegister, offset: 3, limit: 1"), ("BOOLEAN", 100, "register: CoilRegister, offset: 8, limit: 1"),
        ("BOOLEAN", 100, "register: DiscreteInputRegister, offset: 0, limit: 1"),
    ])
layout(
    "mixed-cycles", "Fast registers and slow ones between them: alone one request, together one request.", ["3 0 10", "3 0 20"],
    [register(i, 100) for i in range(10)] + [register(i, 200) for i in range(10, 20)])

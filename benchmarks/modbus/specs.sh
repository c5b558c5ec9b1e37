# Sourced by measure.sh: the DeviceModels and Devices that are polled, as YAML on standard output.

# model NAME < LINES: a DeviceModel; a line a property: name, type, access mode, register, offset, limit, data type.
model() {
  awk -v name="$1" '
    BEGIN {
      print "apiVersion: devices.kubeedge.io/v1beta1\nkind: DeviceModel\nmetadata: {name: " name "}\nspec:\n  protocol: modbus\n  properties:"
    }
    {
      print "    - name: " $1 "\n      type: " $2 "\n      accessMode: " $3
      print "      visitors: {protocolName: modbus, configData: {register: " $4 ", offset: " $5 ", limit: " $6 ", dataType: " $7 "}}"
    }
    END { print "---" }'
}

# registers PREFIX COUNT STEP FIRST REGISTER: lines of a model, int16 properties.
registers() {
  awk -v prefix="$1" -v count="$2" -v step="$3" -v first="$4" -v table="${5:-HoldingRegister}" \
    'BEGIN { for (i = 0; i < count; i++) printf "%s%04d INT ReadOnly %s %d 1 int16\n", prefix, i, table, first + i * step }'
}

# floats COUNT [TABLE]: lines of a model, float32 properties.
floats() {
  awk -v count="$1" -v table="${2:-HoldingRegister}" \
    'BEGIN { for (i = 0; i < count; i++) printf "f%04d FLOAT ReadOnly %s %d 2 float32\n", i, table, i * 2 }'
}

# device NAME MODEL CONFIG: a Device; its properties are the model's.
device() {
  cat <<END
apiVersion: devices.kubeedge.io/v1beta1
kind: Device
metadata: {name: $1}
spec:
  deviceModelRef: {name: $2}
  nodeName: $node
  protocol: {protocolName: modbus, configData: {$3}}
---
END
}

# The address of the slave's host of this number, as server.c counts them.
address() { printf '127.77.%d.%d' $(($1 / 250)) $(($1 % 250 + 1)); }

# devices CONNECTIONS UNITS MODEL EXTRA: bench-1-1 and so on, with further configuration.
devices() {
  local connection unit
  for connection in $(seq "$1"); do
    for unit in $(seq "$2"); do
      device "bench-$connection-$unit" "$3" "communicateMode: TCP, ip: $(address $((connection - 1))), port: $slave_port, slaveID: $unit$4"
    done
  done
}

# cycles MILLISECONDS < LINES of a model: the properties of a Device, which have to be named to have a cycle of their own.
cycles() {
  printf '  properties:\n'
  awk -v cycle="$1" '{ print "    - {name: " $1 ", collectCycle: " cycle "}" }'
}

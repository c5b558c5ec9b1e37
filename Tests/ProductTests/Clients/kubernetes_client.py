"""What an operator written with the kubernetes package does: the dynamic client and watches, on edgecore's kinds.

Prints what it has done, a line each, and ends with an error where an answer isn't what a Kubernetes API server gives.
"""

import sys
import threading

from kubernetes import client, dynamic, watch
from kubernetes.client.rest import ApiException
from kubernetes.dynamic.exceptions import (
    ConflictError,
    DynamicApiError,
    NotFoundError,
    UnprocessibleEntityError,
)

NAMESPACE = "default"
GROUP = "devices.kubeedge.io/v1beta1"


def expect(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}", flush=True)


def device(name, node="edge-node-1", zone="a"):
    return {
        "apiVersion": GROUP,
        "kind": "Device",
        "metadata": {"name": name, "labels": {"zone": zone}},
        "spec": {
            "deviceModelRef": {"name": "pump-model"},
            "nodeName": node,
            "properties": [{"name": "speed", "collectCycle": 1000}],
        },
    }


MODEL = {
    "apiVersion": GROUP,
    "kind": "DeviceModel",
    "metadata": {"name": "pump-model"},
    "spec": {
        "protocol": "pump",
        "properties": [{"name": "speed", "type": "INT", "accessMode": "ReadWrite", "minimum": "0", "maximum": "3000"}],
    },
}


def refused(error, call, what):
    try:
        call()
    except error as refusal:
        expect(True, what)
        return refusal
    sys.exit(f"FAILED: not refused: {what}")


def objects(dyn):
    models = dyn.resources.get(api_version=GROUP, kind="DeviceModel")
    devices = dyn.resources.get(api_version=GROUP, kind="Device")
    expect(models.create(body=MODEL, namespace=NAMESPACE).metadata.uid, "a DeviceModel is created")
    for number in range(7):
        devices.create(body=device(f"pump-{number}", zone="ab"[number % 2]), namespace=NAMESPACE)
    refused(ConflictError, lambda: devices.create(body=device("pump-0"), namespace=NAMESPACE), "creating again is a conflict")
    got = devices.get(name="pump-1", namespace=NAMESPACE)
    expect(got.spec.nodeName == "edge-node-1" and got.kind == "Device", "a Device is read")
    refused(NotFoundError, lambda: devices.get(name="nope", namespace=NAMESPACE), "a Device that isn't there is not found")

    listed = devices.get(namespace=NAMESPACE)
    expect([item.metadata.name for item in listed.items] == [f"pump-{n}" for n in range(7)], "all are listed, in order")
    zone = devices.get(namespace=NAMESPACE, label_selector="zone=b")
    expect([item.metadata.name for item in zone.items] == ["pump-1", "pump-3", "pump-5"], "a label selects")
    one = devices.get(namespace=NAMESPACE, field_selector="metadata.name=pump-2")
    expect([item.metadata.name for item in one.items] == ["pump-2"], "a field selects")

    names, token, pages = [], None, 0
    while True:
        page = devices.get(namespace=NAMESPACE, limit=3, _continue=token)
        names += [item.metadata.name for item in page.items]
        pages += 1
        if pages == 1:
            devices.delete(name="pump-6", namespace=NAMESPACE)
            expect(page.metadata.remainingItemCount == 4, "a page says how many are left")
        token = page.metadata["continue"]
        if not token:
            break
    expect(pages == 3 and names == [f"pump-{n}" for n in range(7)], "pages are of one moment, whatever is deleted meanwhile")

    merged = devices.patch(
        body={"spec": {"nodeName": "edge-node-2"}}, name="pump-1", namespace=NAMESPACE,
        content_type="application/merge-patch+json")
    expect(merged.spec.nodeName == "edge-node-2" and merged.metadata.generation == 2, "a merge patch changes the spec and the generation")
    patched = devices.patch(
        body=[{"op": "test", "path": "/spec/nodeName", "value": "edge-node-2"},
              {"op": "replace", "path": "/spec/nodeName", "value": "edge-node-3"}],
        name="pump-1", namespace=NAMESPACE, content_type="application/json-patch+json")
    expect(patched.spec.nodeName == "edge-node-3", "a JSON patch changes the spec")
    refused(
        UnprocessibleEntityError,
        lambda: devices.patch(
            body=[{"op": "test", "path": "/spec/nodeName", "value": "x"}], name="pump-1", namespace=NAMESPACE,
            content_type="application/json-patch+json"),
        "a JSON patch whose test fails is refused")
    refused(
        DynamicApiError,
        lambda: devices.patch(
            body={}, name="pump-1", namespace=NAMESPACE, content_type="application/strategic-merge-patch+json"),
        "a strategic merge patch of a Device is refused")

    stale = devices.get(name="pump-2", namespace=NAMESPACE).to_dict()
    fresh = devices.get(name="pump-2", namespace=NAMESPACE).to_dict()
    fresh["spec"]["nodeName"] = "edge-node-4"
    expect(devices.replace(body=fresh, namespace=NAMESPACE).spec.nodeName == "edge-node-4", "a Device is replaced")
    stale["spec"]["nodeName"] = "edge-node-5"
    refused(ConflictError, lambda: devices.replace(body=stale, namespace=NAMESPACE), "a stale replacement is a conflict")
    wrong = refused(
        UnprocessibleEntityError,
        lambda: devices.patch(
            body={"spec": {"properties": [{"name": "speed", "collectCycle": "often"}]}}, name="pump-2", namespace=NAMESPACE,
            content_type="application/merge-patch+json"),
        "a wrong value is refused")
    expect("spec.properties[0].collectCycle" in wrong.summary(), "and its place is named")
    return devices


def applied(devices):
    body = device("applied")
    mine = devices.server_side_apply(body=body, name="applied", namespace=NAMESPACE, field_manager="mine")
    owner = [entry for entry in mine.metadata.managedFields if entry.manager == "mine"]
    expect(len(owner) == 1 and owner[0].operation == "Apply", "apply makes a Device and its manager owns it")
    body["spec"]["nodeName"] = "edge-node-9"
    conflict = refused(
        ConflictError,
        lambda: devices.server_side_apply(body=body, name="applied", namespace=NAMESPACE, field_manager="other"),
        "another manager's value is a conflict")
    expect('conflict with "mine": .spec.nodeName' in conflict.summary(), "that names the owner and the field")
    forced = devices.server_side_apply(
        body=body, name="applied", namespace=NAMESPACE, field_manager="other", force_conflicts=True)
    expect(forced.spec.nodeName == "edge-node-9", "force takes the field over")


def watched(devices, server):
    start = devices.get(namespace=NAMESPACE)
    seen, bookmarks = [], []
    done = threading.Event()

    def follow():
        stream = watch.Watch()
        api = client.CustomObjectsApi()
        for event in stream.stream(
                api.list_namespaced_custom_object, "devices.kubeedge.io", "v1beta1", NAMESPACE, "devices",
                resource_version=start.metadata.resourceVersion, allow_watch_bookmarks=True, timeout_seconds=20):
            if event["type"] == "BOOKMARK":
                bookmarks.append(event["raw_object"]["metadata"]["resourceVersion"])
                continue
            seen.append((event["type"], event["object"]["metadata"]["name"]))
            if seen[-1] == ("DELETED", "watched"):
                stream.stop()
        done.set()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    made = devices.create(body=device("watched"), namespace=NAMESPACE)
    devices.patch(
        body={"spec": {"nodeName": "edge-node-7"}}, name="watched", namespace=NAMESPACE, content_type="application/merge-patch+json")
    devices.delete(name="watched", namespace=NAMESPACE)
    expect(done.wait(30), "the watch ends")
    changes = [kind for kind, name in seen if name == "watched"]
    expect(changes[0] == "ADDED" and changes[-1] == "DELETED" and "MODIFIED" in changes, "a watch from a list's revision sees all changes")

    again = []
    for event in devices.watch(namespace=NAMESPACE, resource_version=made.metadata.resourceVersion, timeout=1):
        again.append((event["type"], event["object"].metadata.name))
    expect(
        again[0] == ("MODIFIED", "watched") and ("DELETED", "watched") in again and ("ADDED", "watched") not in again,
        "a watch goes on from an object's revision")

    marks = []
    stream = watch.Watch()
    for event in stream.stream(
            client.CustomObjectsApi().list_namespaced_custom_object, "devices.kubeedge.io", "v1beta1", NAMESPACE, "devices",
            resource_version=start.metadata.resourceVersion, allow_watch_bookmarks=True, timeout_seconds=5):
        marks.append(event["type"])
    expect(marks[-1] == "BOOKMARK", "a watch that ends says how far it has come")

    try:
        gone = [event["type"] for event in devices.watch(namespace=NAMESPACE, resource_version="99999999999", timeout=2)]
        sys.exit(f"FAILED: a revision that isn't there was watched: {gone}")
    except ApiException as error:
        expect(error.status == 410, "a revision of another database is gone")


def core():
    api = client.CoreV1Api()
    api.create_namespaced_config_map(NAMESPACE, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="settings"), data={"a": "1"}))
    api.patch_namespaced_config_map("settings", NAMESPACE, {"data": {"b": "2"}})
    expect(api.read_namespaced_config_map("settings", NAMESPACE).data == {"a": "1", "b": "2"}, "a ConfigMap is made, patched and read")
    api.delete_namespaced_config_map("settings", NAMESPACE)
    nodes = api.list_node().items
    expect([node.metadata.name for node in nodes] == ["edge-node-1"], "the node is listed")
    about = client.V1ObjectReference(api_version=GROUP, kind="Device", name="pump-0", namespace=NAMESPACE)
    api.create_namespaced_event(
        NAMESPACE,
        client.CoreV1Event(
            metadata=client.V1ObjectMeta(generate_name="pump-0."), involved_object=about, reason="Test", message="seen", type="Normal"))
    events = api.list_namespaced_event(NAMESPACE, field_selector="involvedObject.name=pump-0").items
    expect(any(event.reason == "Test" for event in events), "an Event is posted and listed")
    expect("default" in [item.metadata.name for item in api.list_namespace().items], "namespaces are listed")


def main():
    server = sys.argv[1]
    configuration = client.Configuration()
    configuration.host = server
    client.Configuration.set_default(configuration)
    dyn = dynamic.DynamicClient(client.ApiClient(configuration))
    expect(dyn.resources.get(api_version=GROUP, kind="Device").name == "devices", "discovery finds the kinds")
    devices = objects(dyn)
    applied(devices)
    watched(devices, server)
    core()
    devices.delete(namespace=NAMESPACE, label_selector="zone=b")
    left = [item.metadata.name for item in devices.get(namespace=NAMESPACE).items]
    expect(left == ["applied", "pump-0", "pump-2", "pump-4"], "a collection is deleted by label")
    client.CustomObjectsApi().delete_collection_namespaced_custom_object("devices.kubeedge.io", "v1beta1", NAMESPACE, "devices")
    expect(devices.get(namespace=NAMESPACE).items == [], "a whole collection is deleted")
    print("done", flush=True)


if __name__ == "__main__":
    main()

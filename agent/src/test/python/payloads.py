"""Writes the corpus of payloads: one file a format and variant, from the public specifications.

    python3 src/test/python/payloads.py src/test/resources/io/gradwatch/sample/payload/corpus

Nothing of Gradwatch is used: protobuf and Avro are written byte by byte, arrays by NumPy. `corpus.json`
says for each file its headers and what it holds: types and values of each row's inputs, id, parameters.
"""

import base64
import io
import json
import struct
import sys
from pathlib import Path

import numpy as np

X = [[1, 2.5], [-0.5, 4]]
N = [7, -3]
FOLDER = Path(sys.argv[1])
index = {}


def bf16(values):
    return np.array(values, "<f4").view("<u4") >> 16


def save(name, payload, inputs, headers=None, **beside):
    """inputs: for each row a list of [name, type, shape, values]."""
    (FOLDER / name).write_bytes(payload if isinstance(payload, bytes) else payload.encode())
    index[name] = {"headers": headers or {}, "rows": inputs, **beside}


def rows(*tensors):
    """tensors: (name, type, rows of values); rows may be lists or single numbers."""
    count = len(tensors[0][2])
    result = []
    for row in range(count):
        inputs = []
        for name, kind, values in tensors:
            value = np.array(values[row], float)
            inputs.append([name, kind, list(value.shape), value.flatten().tolist()])
        result.append(inputs)
    return result


def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while True:
        byte = value & 0x7F
        value >>= 7
        out += bytes([byte | (0x80 if value else 0)])
        if not value:
            return out


def field(number, payload):
    if isinstance(payload, str):
        payload = payload.encode()
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def entry(key, parameter):
    return field(1, key) + field(2, parameter)


def tensor(name, datatype, shape, contents=None):
    out = field(1, name) + field(2, datatype) + field(3, b"".join(varint(s) for s in shape))
    return out + (field(5, contents) if contents is not None else b"")


def contents(number, payload):
    return field(number, payload)


TYPED = {
    "BOOL": (1, lambda v: b"".join(varint(int(x)) for x in v)),
    "INT8": (2, lambda v: b"".join(varint(x) for x in v)),
    "INT16": (2, lambda v: b"".join(varint(x) for x in v)),
    "INT32": (2, lambda v: b"".join(varint(x) for x in v)),
    "INT64": (3, lambda v: b"".join(varint(x) for x in v)),
    "UINT8": (4, lambda v: b"".join(varint(x) for x in v)),
    "UINT16": (4, lambda v: b"".join(varint(x) for x in v)),
    "UINT32": (4, lambda v: b"".join(varint(x) for x in v)),
    "UINT64": (5, lambda v: b"".join(varint(x) for x in v)),
    "FP32": (6, lambda v: b"".join(struct.pack("<f", x) for x in v)),
    "FP64": (7, lambda v: b"".join(struct.pack("<d", x) for x in v)),
}
RAW = {
    "BOOL": "?", "INT8": "<i1", "INT16": "<i2", "INT32": "<i4", "INT64": "<i8", "UINT8": "<u1", "UINT16": "<u2",
    "UINT32": "<u4", "UINT64": "<u8", "FP16": "<f2", "FP32": "<f4", "FP64": "<f8",
}
VALUES = {
    "BOOL": [1, 0], "INT8": [-128, 127], "INT16": [-32768, 32767], "INT32": [-2147483648, 2147483647],
    "INT64": [-4503599627370496, 4503599627370497], "UINT8": [0, 255], "UINT16": [0, 65535], "UINT32": [0, 4294967295],
    "UINT64": [0, 4503599627370497], "FP16": [1.5, -65504], "BF16": [1.5, -256], "FP32": [0.1, -2.5], "FP64": [0.1, -2.5],
}
HELD = {"BF16": "FP32", "INT16": "INT32", "UINT16": "INT32", "UINT32": "INT64", "UINT64": "INT64"}


def raw(kind, values):
    return bf16(values).astype("<u2").tobytes() if kind == "BF16" else np.array(values, RAW[kind]).tobytes()


def single(kind):
    values = VALUES[kind]
    if kind == "FP32":
        values = [float(np.float32(v)) for v in values]
    return rows(("x", HELD.get(kind, kind), [[v] for v in values]))


def open_inference():
    tensors = [
        {"name": "x", "shape": [2, 2], "datatype": "FP32", "data": X},
        {"name": "n", "shape": [2], "datatype": "INT64", "data": N},
    ]
    both = rows(("x", "FP32", X), ("n", "INT64", N))
    request = {"id": "r-1", "parameters": {"region": "eu"}, "inputs": tensors, "outputs": [{"name": "y"}]}
    save("open-inference-nested.json", json.dumps(request), both, id="r-1", parameters={"region": "eu"})
    flat = [dict(tensors[0], data=[1, 2.5, -0.5, 4]), tensors[1]]
    save("open-inference-flat.json", json.dumps({"inputs": flat}), both)
    answer = {"model_name": "m", "id": "r-1", "outputs": [{"name": "y", "shape": [2, 1], "datatype": "FP32", "data": [0.5, 1]}]}
    save("open-inference-response.json", json.dumps(answer), [], response=True)
    save("open-inference-joined.json", json.dumps({**answer, "inputs": tensors}), both, id="r-1")
    save("open-inference-error.json", json.dumps({"error": "no such model"}), [], response=True, format="open-inference")
    for kind, values in VALUES.items():
        if kind not in ("BF16",):
            data = [bool(v) for v in values] if kind == "BOOL" else values
            body = {"inputs": [{"name": "x", "shape": [2, 1], "datatype": kind, "data": data}]}
            save(f"open-inference-{kind.lower()}.json", json.dumps(body), single(kind))

    binary = [
        {"name": "x", "shape": [2, 2], "datatype": "FP32", "parameters": {"binary_data_size": 16}},
        {"name": "n", "shape": [2], "datatype": "INT64", "data": N},
        {"name": "h", "shape": [2], "datatype": "BF16", "parameters": {"binary_data_size": 4}},
    ]
    head = json.dumps({"id": "r-2", "inputs": binary, "parameters": {"binary_data_output": True}})
    tail = raw("FP32", X) + raw("BF16", [1.5, -256])
    three = rows(("x", "FP32", X), ("n", "INT64", N), ("h", "FP32", [1.5, -256]))
    save("open-inference-binary.bin", head.encode() + tail, three, id="r-2")
    save("open-inference-binary-length.bin", head.encode() + b"  " + tail, three,
         {"Inference-Header-Content-Length": str(len(head) + 2)}, id="r-2")
    # The request's length on its response, as KServe's logger sends it.
    save("open-inference-binary-wrong-length.bin", head.encode() + tail, three,
         {"Inference-Header-Content-Length": "17"}, id="r-2")


def protobuf():
    begin = field(1, "iris") + field(2, "3") + field(3, "r-3") + field(4, entry("region", field(3, "eu")))
    two = field(5, tensor("x", "FP32", [2, 2], contents(*typed("FP32", np.array(X).flatten().tolist()))))
    two += field(5, tensor("n", "INT64", [2], contents(*typed("INT64", N))))
    both = rows(("x", "FP32", X), ("n", "INT64", N))
    beside = {"id": "r-3", "version": "3", "parameters": {"region": "eu"}}
    save("protobuf-typed.bin", begin + two, both, **beside)
    rawly = field(5, tensor("x", "FP32", [2, 2])) + field(5, tensor("n", "INT64", [2]))
    rawly += field(6, field(1, "y")) + field(7, raw("FP32", X)) + field(7, raw("INT64", N))
    save("protobuf-raw.bin", begin + rawly, both, **beside)
    response = begin + field(5, tensor("y", "FP32", [2, 1])) + field(6, raw("FP32", [0.5, 1]))
    save("protobuf-response-raw.bin", response, [], response=True)
    answered = begin + field(5, tensor("y", "FP32", [2, 1], contents(*typed("FP32", [0.5, 1]))))
    save("seldon-response-typed.bin", answered, [], {"seldon-infer-type": "proto/InferModelResponse"}, response=True)
    for kind, values in VALUES.items():
        if kind in TYPED:
            save(f"protobuf-typed-{kind.lower()}.bin", field(5, tensor("x", kind, [2, 1], contents(*typed(kind, values)))), single(kind))
        save(f"protobuf-raw-{kind.lower()}.bin", field(5, tensor("x", kind, [2, 1])) + field(7, raw(kind, values)), single(kind))
    seldon = {"pipeline": "fraud", "x-request-id": "q-7", "seldon-infer-type": "proto/InferModelRequest"}
    save("seldon.bin", two, both, {"x-request-id": "q-7", "pipeline": "fraud"}, id="q-7")
    save("seldon-registry.bin", b"\0" + struct.pack(">i", 42) + b"\0" + two, both, seldon, id="q-7")
    save("protobuf-registry-index.bin", b"\0" + struct.pack(">i", 42) + bytes([4, 2, 0]) + two, both)
    body = json.dumps({"inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": X}]})
    save("seldon.json", body, rows(("x", "FP32", X)), {"seldon-infer-type": "json/inferModelRequest"})
    save("json-registry.bin", b"\0" + struct.pack(">i", 9) + body.encode(), rows(("x", "FP32", X)))


def typed(kind, values):
    number, encode = TYPED[kind]
    return number, encode(values)


def kserve_and_mlflow():
    one = rows(("instances", "FP32", X))
    save("kserve-v1.json", json.dumps({"instances": X}), one)
    save("kserve-v1-named.json", json.dumps({"instances": [{"x": r} for r in X]}), rows(("x", "FP32", X)))
    save("kserve-v1-numbers.json", json.dumps({"instances": [1, 2.5]}), rows(("instances", "FP32", [1, 2.5])))
    save("kserve-v1-response.json", json.dumps({"predictions": [0, 1]}), [], response=True)
    frame = {"columns": ["a", "b"], "index": [0, 1], "data": X}
    features = rows(("features", "FP32", X))
    save("mlflow-dataframe-split.json", json.dumps({"dataframe_split": frame, "params": {"t": 2}}), features, parameters={"t": "2"})
    records = [{"a": r[0], "b": r[1]} for r in X]
    save("mlflow-dataframe-records.json", json.dumps({"dataframe_records": records}), features)
    save("mlflow-inputs.json", json.dumps({"inputs": X}), rows(("inputs", "FP32", X)))
    save("mlflow-inputs-named.json", json.dumps({"inputs": {"x": X}}), rows(("x", "FP32", X)))
    save("mlflow-instances.json", json.dumps({"instances": X}), one, format="mlflow")
    save("json-array.json", json.dumps(X[0]), rows(("values", "FP32", X[:1])))
    save("json-arrays.json", json.dumps(X), rows(("values", "FP32", X)))
    mapping = [{"name": "features", "from": ["a", "b"]}]
    save("json-record.json", json.dumps({"id": "j-1", "note": "text", "b": 2.5, "a": 1}), features[:1], id="j-1", mapping=mapping)
    save("json-records.json", json.dumps([{"b": r[1], "a": r[0]} for r in X]), features, mapping=mapping)


def cloud_events():
    body = json.dumps({"inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": X}]})
    one = rows(("x", "FP32", X))
    kind = "org.kubeflow.serving.inference."
    headers = {
        "ce_specversion": "1.0", "ce_type": kind + "request", "ce_source": "http://localhost:9081/", "ce_id": "e-1",
        "ce_time": "2026-03-01T12:00:00Z", "ce_inferenceservicename": "fraud", "ce_namespace": "prod",
        "ce_component": "predictor", "ce_endpoint": "", "content-type": "application/json",
    }
    save("cloudevent-binary.json", body, one, headers, id="e-1")
    save("cloudevent-binary-v1.json", json.dumps({"instances": X}), rows(("instances", "FP32", X)), headers, id="e-1")
    response = dict(headers, ce_type=kind + "response")
    save("cloudevent-binary-response.json", json.dumps({"predictions": [0, 1]}), [], response, response=True)
    envelope = {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}
    structured = {"content-type": "application/cloudevents+json; charset=UTF-8"}
    parameters = {"inferenceservicename": "fraud", "namespace": "prod"}
    event = {**envelope, "datacontenttype": "application/json", "data": json.loads(body)}
    save("cloudevent-structured.json", json.dumps(event), one, structured, id="e-1", parameters=parameters)
    save("cloudevent-structured-no-header.json", json.dumps(event), one, id="e-1", parameters=parameters)
    head = json.dumps({"inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "parameters": {"binary_data_size": 16}}]})
    data = base64.b64encode(head.encode() + raw("FP32", X)).decode()
    event = {**envelope, "datacontenttype": "application/octet-stream", "data_base64": data}
    save("cloudevent-structured-base64.json", json.dumps(event), one, structured, id="e-1", parameters=parameters)
    event = {**envelope, "type": kind + "response", "data": {"predictions": [0, 1]}}
    save("cloudevent-structured-response.json", json.dumps(event), [], structured, response=True)


def zigzag(value):
    return varint((value << 1) ^ (value >> 63))


def avro_string(text):
    return zigzag(len(text)) + text.encode()


def avro():
    prefix = b"\0" + struct.pack(">i", 17)
    scalars = {
        "type": "record", "name": "Scalars", "namespace": "corpus", "fields": [
            {"name": "id", "type": "string"}, {"name": "a", "type": ["null", "double"]}, {"name": "b", "type": "float"},
            {"name": "c", "type": "long"}, {"name": "d", "type": "boolean"},
            {"name": "in", "type": {"type": "record", "name": "In", "fields": [{"name": "e", "type": "int"}]}},
        ]}
    record = avro_string("a-1") + zigzag(1) + struct.pack("<d", 1.25) + struct.pack("<f", -0.5) + zigzag(-3) + b"\1" + zigzag(70)
    (FOLDER / "scalars.avsc").write_text(json.dumps(scalars))
    save("avro-scalars.bin", prefix + record, rows(("features", "FP32", [[1.25, -0.5, -3, 1, 70]])), id="a-1", schema="scalars.avsc")
    arrays = {
        "type": "record", "name": "Arrays", "namespace": "corpus", "fields": [
            {"name": "note", "type": "string"},
            {"name": "x", "type": {"type": "array", "items": {"type": "array", "items": "float"}}},
        ]}
    (FOLDER / "arrays.avsc").write_text(json.dumps(arrays))
    inner = [zigzag(2) + struct.pack("<2f", *row) + b"\0" for row in X]
    # A block with its size in bytes, as writers may send it.
    sized = zigzag(-2) + zigzag(8) + struct.pack("<2f", *X[1]) + b"\0"
    record = avro_string("text") + zigzag(1) + inner[0] + zigzag(1) + sized + b"\0"
    save("avro-arrays.bin", prefix + record, [[["x", "FP32", [2, 2], np.array(X).flatten().tolist()]]],
         schema="arrays.avsc", mapping=[{"name": "x"}])


def numpy_files():
    def npy(array, version=None):
        out = io.BytesIO()
        np.lib.format.write_array(out, array, version)
        return out.getvalue()

    values = lambda kind: rows(("values", kind, X))
    save("numpy-f4.npy", npy(np.array(X, "<f4")), values("FP32"))
    save("numpy-f8.npy", npy(np.array(X, "<f8")), values("FP64"))
    save("numpy-f2.npy", npy(np.array(X, "<f2")), values("FP16"))
    save("numpy-big-endian.npy", npy(np.array(X, ">f4")), values("FP32"))
    save("numpy-version-2.npy", npy(np.array(X, "<f4"), (2, 0)), values("FP32"))
    cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
    save("numpy-fortran.npy", npy(np.asfortranarray(cube)), rows(("values", "FP32", cube.tolist())))
    save("numpy-one-dimension.npy", npy(np.array(X[0], "<f4")), rows(("values", "FP32", X[:1])))
    save("numpy-u2.npy", npy(np.array([[0], [65535]], "<u2")), rows(("values", "INT32", [[0], [65535]])))
    save("numpy-bool.npy", npy(np.array([[True], [False]])), rows(("values", "BOOL", [[1], [0]])))
    for name, write in (("numpy.npz", np.savez), ("numpy-compressed.npz", np.savez_compressed)):
        out = io.BytesIO()
        write(out, x=np.array(X, "<f4"), n=np.array(N))
        save(name, out.getvalue(), rows(("x", "FP32", X), ("n", "INT64", N)))


open_inference()
protobuf()
kserve_and_mlflow()
cloud_events()
avro()
numpy_files()
(FOLDER / "corpus.json").write_text(json.dumps(index, indent=1) + "\n")
print(len(index), "payloads")

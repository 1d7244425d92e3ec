"""The one message that all Python servers put into Kafka: Open Inference Protocol v2 as JSON."""

import json


def message(request_id, name, shape, values, outputs=None):
    """A request of FP32 numbers in row-major order; shape[0] rows. With the served outputs,
    {name: (shape, values)}, Gradwatch also says whether the model that it watches is the one that serves."""

    def tensor(name, shape, values):
        return {"name": name, "datatype": "FP32", "shape": list(shape), "data": [float(v) for v in values]}

    body = {"id": request_id, "inputs": [tensor(name, shape, values)]}
    if outputs:
        body["outputs"] = [tensor(output, *of) for output, of in outputs.items()]
    return json.dumps(body, allow_nan=False).encode()

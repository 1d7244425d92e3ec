"""Runs the Python examples of deploy/examples against the broker in KAFKA: servers.py FOLDER fastapi|torchserve.

Prints what the server answered as JSON. Exits with 77 where a package is missing, and names it.
"""

import json
import os
import socket
import sys
import threading
import time
import types
import urllib.request

ROWS = [[1.0, 0.5, -2.0], [0.25, 3.0, 1e-9]]


def fastapi():
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config("fastapi_server:app", port=port, log_level="error"))
    server.install_signal_handlers = lambda: None
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/predict", json.dumps(ROWS).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    server.should_exit = True
    thread.join()
    return answer


def torchserve():
    """On a stand-in for the base class, which loads the model and calls it."""

    class BaseHandler:
        def initialize(self, context):
            self.model = torch.jit.load(os.environ["MODEL"]).eval()

        def inference(self, data, *args, **kwargs):
            with torch.no_grad():
                return self.model(data)

    for name in ("ts", "ts.torch_handler", "ts.torch_handler.base_handler"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["ts.torch_handler.base_handler"].BaseHandler = BaseHandler
    from torchserve_handler import PublishingHandler

    handler = PublishingHandler()
    handler.initialize(None)
    answer = handler.inference(torch.tensor(ROWS)).tolist()
    handler.producer.flush(30)
    return answer


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.path.insert(0, sys.argv[1])
    try:
        import confluent_kafka  # noqa: F401
        import torch

        if sys.argv[2] == "fastapi":
            import fastapi as _  # noqa: F401
    except ModuleNotFoundError as missing:
        print(missing)
        sys.exit(77)
    torch.manual_seed(3)
    torch.jit.script(torch.nn.Linear(3, 2)).save(os.environ["MODEL"])
    print(json.dumps({"fastapi": fastapi, "torchserve": torchserve}[sys.argv[2]]()))

"""A FastAPI server that sends each request with its answer to Kafka, after it has answered."""

import os
import uuid

import torch
from confluent_kafka import Producer
from fastapi import BackgroundTasks, FastAPI

from payload import message

app = FastAPI()
model = torch.jit.load(os.environ.get("MODEL", "/models/fraud.pt")).eval()
producer = Producer({"bootstrap.servers": os.environ.get("KAFKA", "kafka:9092"), "compression.type": "lz4"})


def publish(request_id, rows, answer):
    value = message(request_id, "x", rows.shape, rows.flatten().tolist(), {"y": (answer.shape, answer.flatten().tolist())})
    producer.produce("inference.fastapi", key=request_id, value=value)
    producer.poll(0)


@app.post("/predict")
def predict(rows: list[list[float]], tasks: BackgroundTasks):
    inputs = torch.tensor(rows)
    with torch.no_grad():
        answer = model(inputs)
    tasks.add_task(publish, str(uuid.uuid4()), inputs, answer)
    return answer.tolist()


@app.on_event("shutdown")
def flush():
    producer.flush(10)

"""A TorchServe handler that sends each batch with its answer to Kafka."""

import os
import uuid

from confluent_kafka import Producer
from ts.torch_handler.base_handler import BaseHandler

from payload import message


class PublishingHandler(BaseHandler):
    def initialize(self, context):
        super().initialize(context)
        self.producer = Producer({"bootstrap.servers": os.environ.get("KAFKA", "kafka:9092"), "compression.type": "lz4"})

    def inference(self, data, *args, **kwargs):
        answer = super().inference(data, *args, **kwargs)
        request_id = str(uuid.uuid4())
        value = message(request_id, "x", data.shape, data.flatten().tolist(), {"y": (answer.shape, answer.flatten().tolist())})
        self.producer.produce("inference.torchserve", key=request_id, value=value)
        self.producer.poll(0)
        return answer

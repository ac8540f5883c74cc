"""Rebuilds the state of every booking from Holdfast's topic, and from nothing else.

    pip install -r requirements.txt
    python consumer.py --brokers localhost:9092 --registry http://localhost:8081

It reads all three forms of an event: Avro with a schema registry, Avro without one (give --schemas, the folder of the
.avsc files), and JSON. On Ctrl-C, or at the end of the topic with --until-end, it prints one line of JSON for each
booking.
"""

import argparse
import io
import json
import struct
import sys
import urllib.request
from pathlib import Path

import fastavro
from confluent_kafka import Consumer, KafkaError, KafkaException


class Decoder:
    """Turns the value of a message into a dict."""

    def __init__(self, registry, schemas):
        self.registry = registry
        self.by_id = {}
        self.by_fingerprint = {}
        for path in Path(schemas).glob("**/*.avsc") if schemas else ():
            schema = json.loads(path.read_text())
            canonical = fastavro.schema.to_parsing_canonical_form(schema)
            fingerprint = fastavro.schema.fingerprint(canonical, "CRC-64-AVRO")
            self.by_fingerprint[fingerprint] = fastavro.parse_schema(schema)

    def decode(self, content_type, value):
        if content_type == "application/json":
            return json.loads(value)
        if value[:1] == b"\x00":  # Confluent's framing: the schema's id in the registry
            (schema_id,) = struct.unpack(">I", value[1:5])
            schema, payload = self.registered(schema_id), value[5:]
        elif value[:2] == b"\xc3\x01":  # Avro's single-object encoding: the schema's fingerprint
            schema, payload = self.by_fingerprint[value[2:10].hex()], value[10:]
        else:
            raise ValueError(f"a value of type {content_type} begins with {value[:2].hex()}")
        return fastavro.schemaless_reader(io.BytesIO(payload), schema, None)

    def registered(self, schema_id):
        if schema_id not in self.by_id:
            with urllib.request.urlopen(f"{self.registry}/schemas/ids/{schema_id}") as answer:
                self.by_id[schema_id] = fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
        return self.by_id[schema_id]


class Bookings:
    """What is known of each booking, told twice: by the snapshot in its last event, and by what each event changed."""

    def __init__(self):
        self.states = {}
        self.duplicates = 0

    def take(self, event):
        state = self.states.setdefault(str(event["booking_id"]), {"sequence": 0, "status": None, "payments": {}})
        # The same as dropping by ce_id: it is made of the booking and the sequence, and new ones come in order.
        if event["sequence"] <= state["sequence"]:
            self.duplicates += 1
            return
        if event["sequence"] != state["sequence"] + 1 and state["sequence"] > 0:
            raise ValueError(f"{event['id']} follows {state['sequence']}: events are missing")
        state["sequence"] = event["sequence"]
        if event["parked"]:  # The event could not be sent; what it was is in the database, and what follows goes on.
            state["parked"] = state.get("parked", 0) + 1
            return
        if not state.get("parked") and event["from_status"] != state["status"]:
            raise ValueError(f"{event['id']} leaves {event['from_status']}, not {state['status']}")
        state["status"] = event["to_status"]
        state["snapshot"] = event["booking"]
        self.fold_money(state["payments"], event)

    def fold_money(self, payments, event):
        field = {"payment.captured": "captured", "payment.refunded": "refunded"}.get(event["type"])
        if field:
            number = str(event["change"]["payment_number"] or 1)
            payment = payments.setdefault(number, {"captured": 0, "refunded": 0})
            payment[field] += event["change"]["amount"]["amount_minor"]


def header(message, name):
    values = [value for key, value in message.headers() or [] if key == name]
    return values[0].decode() if values else None


def read(consumer, decoder, bookings, until_end):
    at_end = set()
    while True:
        message = consumer.poll(1.0)
        if message is None:
            continue
        partition = message.partition()
        if message.error() is None:
            at_end.discard(partition)
            bookings.take(decoder.decode(header(message, "content-type"), message.value()))
        elif message.error().code() == KafkaError._PARTITION_EOF:
            at_end.add(partition)
            assigned = {place.partition for place in consumer.assignment()}
            if until_end and at_end >= assigned:
                return
        elif message.error().fatal():
            raise KafkaException(message.error())


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--brokers", required=True)
    arguments.add_argument("--registry", help="the schema registry's address")
    arguments.add_argument("--schemas", help="a folder of .avsc files, where there is no registry")
    arguments.add_argument("--topic", default="holdfast.booking.v1")
    arguments.add_argument("--group", default="holdfast-example")
    arguments.add_argument("--until-end", action="store_true", help="stop at the end of the topic")
    given = arguments.parse_args()

    consumer = Consumer({
        "bootstrap.servers": given.brokers,
        "group.id": given.group,
        "auto.offset.reset": "earliest",
        # States are kept in memory here: a consumer that keeps them in a database commits offsets along with them.
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    })
    consumer.subscribe([given.topic])
    bookings = Bookings()
    try:
        read(consumer, Decoder(given.registry, given.schemas), bookings, given.until_end)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()
    for booking_id, state in bookings.states.items():
        print(json.dumps({"booking_id": booking_id, **state}, default=str))
    print(f"{len(bookings.states)} bookings, {bookings.duplicates} duplicates dropped", file=sys.stderr)


if __name__ == "__main__":
    main()

// Rebuilds the state of every booking from Holdfast's topic, and from nothing else.
//
//     npm install
//     node consumer.js --brokers localhost:9092 --registry http://localhost:8081
//
// It reads all three forms of an event: Avro with a schema registry, Avro without one (give --schemas, the folder of
// the .avsc files), and JSON. On Ctrl-C, or at the end of the topic with --until-end, it prints one line of JSON for
// each booking.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");
const avro = require("avsc");
const fzstd = require("fzstd");
const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = require("kafkajs");

// Batches come compressed with zstd, which kafkajs leaves to another package.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async () => { throw new Error("this consumer sends nothing"); },
  decompress: async (bytes) => Buffer.from(fzstd.decompress(bytes)),
});

// Avro's own fingerprint of a schema, CRC-64-AVRO, as the eight bytes that single-object encoding begins with.
const EMPTY = 0xc15d213aa4d7a795n;
const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) value = (value >> 1n) ^ (EMPTY & -(value & 1n));
  return value;
});

function fingerprint(type) {
  let value = EMPTY;
  for (const byte of Buffer.from(JSON.stringify(type.schema()))) {
    value = (value >> 8n) ^ TABLE[Number((value ^ BigInt(byte)) & 0xffn)];
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes.toString("hex");
}

// Turns the value of a message into an object.
class Decoder {
  constructor(registry, schemas) {
    this.registry = registry;
    this.byId = new Map();
    this.byFingerprint = new Map();
    for (const file of schemas ? fs.readdirSync(schemas, { recursive: true }) : []) {
      if (!file.endsWith(".avsc")) continue;
      const type = avro.Type.forSchema(JSON.parse(fs.readFileSync(path.join(schemas, file), "utf8")));
      this.byFingerprint.set(fingerprint(type), type);
    }
  }

  async decode(contentType, value) {
    if (contentType === "application/json") return JSON.parse(value.toString());
    if (value[0] === 0) return (await this.registered(value.readUInt32BE(1))).fromBuffer(value.subarray(5));
    if (value[0] === 0xc3 && value[1] === 1) {
      return this.byFingerprint.get(value.subarray(2, 10).toString("hex")).fromBuffer(value.subarray(10));
    }
    throw new Error(`a value of type ${contentType} begins with ${value.subarray(0, 2).toString("hex")}`);
  }

  async registered(id) {
    if (!this.byId.has(id)) {
      const answer = await fetch(`${this.registry}/schemas/ids/${id}`);
      if (!answer.ok) throw new Error(`the registry says ${answer.status} of schema ${id}`);
      this.byId.set(id, avro.Type.forSchema(JSON.parse((await answer.json()).schema)));
    }
    return this.byId.get(id);
  }
}

// What is known of each booking, told twice: by the snapshot in its last event, and by what each event changed.
class Bookings {
  constructor() {
    this.states = new Map();
    this.duplicates = 0;
  }

  take(event) {
    const state = this.states.get(event.booking_id) ?? { sequence: 0, status: null, payments: {} };
    this.states.set(event.booking_id, state);
    // The same as dropping by ce_id: it is made of the booking and the sequence, and new ones come in order.
    if (event.sequence <= state.sequence) {
      this.duplicates += 1;
      return;
    }
    if (event.sequence !== state.sequence + 1 && state.sequence > 0) {
      throw new Error(`${event.id} follows ${state.sequence}: events are missing`);
    }
    state.sequence = event.sequence;
    if (event.parked) { // It could not be sent; what it was is in the database, and what follows goes on.
      state.parked = (state.parked ?? 0) + 1;
      return;
    }
    if (!state.parked && event.from_status !== state.status) {
      throw new Error(`${event.id} leaves ${event.from_status}, not ${state.status}`);
    }
    state.status = event.to_status;
    state.snapshot = event.booking;
    const field = { "payment.captured": "captured", "payment.refunded": "refunded" }[event.type];
    if (field) {
      const payment = (state.payments[event.change.payment_number ?? 1] ??= { captured: 0, refunded: 0 });
      payment[field] += event.change.amount.amount_minor;
    }
  }
}

// The next offset of each partition that has any, as it is now.
async function ends(kafka, topic) {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const filled = offsets.filter(({ low, high }) => low !== high);
  return new Map(filled.map(({ partition, high }) => [partition, BigInt(high)]));
}

async function read(kafka, given, bookings) {
  const decoder = new Decoder(given.registry, given.schemas);
  const left = given["until-end"] ? await ends(kafka, given.topic) : new Map([[-1, 0n]]);
  const consumer = kafka.consumer({ groupId: given.group });
  await consumer.connect();
  await consumer.subscribe({ topic: given.topic, fromBeginning: true });
  await new Promise((resolve, reject) => {
    process.once("SIGINT", resolve);
    if (left.size === 0) resolve();
    const eachMessage = async ({ partition, message }) => {
      const contentType = message.headers["content-type"].toString();
      bookings.take(await decoder.decode(contentType, message.value));
      if (BigInt(message.offset) + 1n >= left.get(partition)) left.delete(partition);
      if (left.size === 0) resolve();
    };
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error));
    // States are kept in memory here: a consumer that keeps them in a database commits offsets along with them.
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  await consumer.disconnect();
}

async function main() {
  const text = (otherwise) => ({ type: "string", default: otherwise });
  const options = {
    brokers: text(), registry: text(), schemas: text(),
    topic: text("holdfast.booking.v1"), group: text("holdfast-example"), "until-end": { type: "boolean" },
  };
  const { values: given } = parseArgs({ options });
  const kafka = new Kafka({ brokers: given.brokers.split(","), logLevel: logLevel.ERROR });
  const bookings = new Bookings();
  await read(kafka, given, bookings);
  for (const [bookingId, state] of bookings.states) console.log(JSON.stringify({ booking_id: bookingId, ...state }));
  console.error(`${bookings.states.size} bookings, ${bookings.duplicates} duplicates dropped`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

// Reads the parts of a workbook's container, to hold one file against another.
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Name → bytes of every part. */
export function parts(bytes) {
  let at = bytes.length - 22;
  while (bytes.readUInt32LE(at) !== 0x06054b50) at -= 1;
  const count = bytes.readUInt16LE(at + 10);
  let entry = bytes.readUInt32LE(at + 16);
  const found = new Map();
  for (let n = 0; n < count; n += 1) {
    const [method, packed] = [bytes.readUInt16LE(entry + 10), bytes.readUInt32LE(entry + 20)];
    const [name, extra, note] = [28, 30, 32].map((offset) => bytes.readUInt16LE(entry + offset));
    const local = bytes.readUInt32LE(entry + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + packed);
    found.set(bytes.subarray(entry + 46, entry + 46 + name).toString('utf8'), method === 8 ? inflateRawSync(data) : data);
    entry += 46 + name + extra + note;
  }
  return found;
}

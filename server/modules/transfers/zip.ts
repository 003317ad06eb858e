import { once } from 'node:events';
import { crc32, createDeflateRaw, inflateRawSync } from 'node:zlib';

/** A file that is no zip, or one that we do not take apart. */
export class UnusableZip extends Error {}
/** A file that would become larger than it may. */
export class OversizedZip extends Error {}

interface Limits {
  readonly entries: number;
  /** Of all that is wanted together, unpacked. */
  readonly bytes: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const STORED = 0;
const DEFLATED = 8;

function endOf(bytes: Buffer): number {
  const last = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= last; at--) if (bytes.readUInt32LE(at) === END) return at;
  throw new UnusableZip('no end of directory');
}

/**
 * Unpacks those entries of a zip whose names are wanted. Sizes are what really comes out: what the archive declares
 * about itself is checked too, but never relied on.
 */
export function unzip(
  bytes: Buffer,
  wanted: (name: string) => boolean,
  limits: Limits,
): { readonly names: readonly string[]; readonly files: ReadonlyMap<string, Buffer> } {
  try {
    return unpack(bytes, wanted, limits);
  } catch (error) {
    if (error instanceof RangeError) throw new UnusableZip('a field points outside');
    throw error;
  }
}

function unpack(bytes: Buffer, wanted: (name: string) => boolean, limits: Limits) {
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > limits.entries) throw new OversizedZip('too many entries');
  const names: string[] = [];
  const files = new Map<string, Buffer>();
  let left = limits.bytes;
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw new UnusableZip('no entry');
    const flags = bytes.readUInt16LE(at + 8);
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const declared = bytes.readUInt32LE(at + 24);
    const nameLength = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    names.push(name);
    if (!wanted(name)) continue;
    if (flags & 1) throw new UnusableZip('encrypted');
    if (files.has(name)) throw new UnusableZip('one name twice');
    if (declared > left) throw new OversizedZip('declared');
    if (bytes.readUInt32LE(local) !== LOCAL) throw new UnusableZip('no local entry');
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (start + packed > bytes.length) throw new UnusableZip('cut off');
    const content = inflate(bytes.subarray(start, start + packed), method, left);
    left -= content.length;
    files.set(name, content);
  }
  return { names, files };
}

function inflate(packed: Buffer, method: number, most: number): Buffer {
  if (method === STORED) {
    if (packed.length > most) throw new OversizedZip('stored');
    return packed;
  }
  if (method !== DEFLATED) throw new UnusableZip('unknown method');
  try {
    // An output of none at all is no limit to zlib.
    return inflateRawSync(packed, { maxOutputLength: Math.max(most, 1) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new OversizedZip('inflated');
    throw new UnusableZip('damaged');
  }
}

/** A file on its way into a zip. */
export interface PackedFile {
  readonly name: string;
  readonly packed: Buffer;
  readonly method: typeof STORED | typeof DEFLATED;
  /** Of what is packed. */
  readonly size: number;
  readonly crc: number;
}

export const stored = (name: string, content: Buffer): PackedFile => ({
  name,
  packed: content,
  method: STORED,
  size: content.length,
  crc: crc32(content),
});

/** Packs a text that comes bit by bit, so that it is never there as a whole. */
export async function deflated(name: string, text: AsyncIterable<string>): Promise<PackedFile> {
  const deflate = createDeflateRaw();
  const parts: Buffer[] = [];
  deflate.on('data', (part: Buffer) => parts.push(part));
  const ended = once(deflate, 'end');
  let [size, crc] = [0, 0];
  for await (const piece of text) {
    const bytes = Buffer.from(piece, 'utf8');
    size += bytes.length;
    crc = crc32(bytes, crc);
    if (!deflate.write(bytes)) await once(deflate, 'drain');
  }
  deflate.end();
  await ended;
  return { name, packed: Buffer.concat(parts), method: DEFLATED, size, crc };
}

export function zip(files: readonly PackedFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, packed, method, size, crc } of files) {
    const encoded = Buffer.from(name, 'utf8');
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    // Names are UTF-8.
    shared.writeUInt16LE(0x0800, 2);
    shared.writeUInt16LE(method, 4);
    // 1980-01-01: the same content makes the same file.
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(crc, 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(size, 18);
    shared.writeUInt16LE(encoded.length, 22);
    const local = Buffer.alloc(4);
    local.writeUInt32LE(LOCAL, 0);
    parts.push(local, shared, encoded, packed);
    const head = Buffer.alloc(6);
    head.writeUInt32LE(CENTRAL, 0);
    head.writeUInt16LE(20, 4);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(head, shared, tail, encoded);
    offset += 30 + encoded.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

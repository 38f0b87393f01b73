// Looks into ZIP archives without unpacking them: the names of the entries, and single small ones.

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
// The end record may be followed by a comment of at most 65,535 bytes.
const TAIL = 22 + 65_535;
const MOST_ENTRIES = 2000;
const DIRECTORY_BYTES = 1_048_576;

/** The entries as `{name, locked, method, size, start}`; null when there is no directory to read. */
export async function entries(file) {
  const tail = await view(file, Math.max(0, file.size - TAIL), file.size);
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== END) at -= 1;
  if (at < 0) return null;
  const length = tail.getUint32(at + 12, true);
  const start = tail.getUint32(at + 16, true);
  if (length > DIRECTORY_BYTES || start + length > file.size) return null;
  return listed(await view(file, start, start + length));
}

/** The bytes of an entry as a Blob; null when it is locked, damaged, or more than `most` bytes. */
export async function unpacked(file, entry, most) {
  if (!entry || entry.locked || ![0, 8].includes(entry.method)) return null;
  const local = await view(file, entry.start, entry.start + 30);
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL) return null;
  const start = entry.start + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = file.slice(start, start + entry.size);
  const stream = packed.stream();
  try {
    return await collected(entry.method ? stream.pipeThrough(new DecompressionStream('deflate-raw')) : stream, most);
  } catch {
    return null;
  }
}

function listed(directory) {
  const found = [];
  let at = 0;
  while (at + 46 <= directory.byteLength && found.length < MOST_ENTRIES) {
    if (directory.getUint32(at, true) !== ENTRY) return null;
    const lengths = [28, 30, 32].map((offset) => directory.getUint16(at + offset, true));
    const end = at + 46 + lengths[0];
    if (end > directory.byteLength) return null;
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, lengths[0]));
    const method = directory.getUint16(at + 10, true);
    const locked = (directory.getUint16(at + 8, true) & 1) === 1 || method === 99;
    const size = directory.getUint32(at + 20, true);
    found.push({ name, locked, method, size, start: directory.getUint32(at + 42, true) });
    at = end + lengths[1] + lengths[2];
  }
  return found;
}

/** Sizes in archives can lie, so what comes out is counted. */
async function collected(stream, most) {
  const parts = [];
  let total = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    total += value.byteLength;
    if (total > most) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
}

async function view(file, start, end) {
  return new DataView(await file.slice(start, end).arrayBuffer());
}

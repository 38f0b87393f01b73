// Says what a file is, by its content: the name is only believed where it does not matter.
import { json, xml } from './markup.js';
import { archive, ldrawPieces } from './models.js';
import { readable } from './roles.js';
import { table } from './table.js';

const LARGEST = 50 * 1_048_576;
// Lists are counted whole; what is larger is refused anyway.
const LARGEST_TEXT = 10 * 1_048_576;
const HEAD = 4096;
const CONTENT_TYPES = {
  '.pdf': 'application/pdf',
  '.io': 'application/zip',
  '.lxf': 'application/zip',
  '.ldr': 'text/plain',
  '.mpd': 'text/plain',
  '.csv': 'text/csv',
  '.tsv': 'text/csv',
  '.txt': 'text/plain',
  '.xml': 'application/xml',
  '.bsx': 'application/xml',
  '.lxfml': 'application/xml',
  '.json': 'application/json',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.heic': 'image/heic',
  '.heif': 'image/heic',
  '.avif': 'image/avif',
};
// Text may carry any of these, for the API looks at the content.
const TEXTS = ['.csv', '.tsv', '.txt', '.xml', '.json', '.bsx', '.lxfml', '.ldr', '.mpd'];
const SIGNATURES = [
  ['%PDF', { form: 'pdf', label: 'Instructions (PDF)', extension: '.pdf' }],
  ['\x89PNG\r\n\x1a\n', { form: 'picture', label: 'Photo (PNG)', extension: '.png' }],
  ['\xff\xd8\xff', { form: 'picture', label: 'Photo (JPEG)', extension: '.jpg' }],
  ['GIF8', { refusal: 'GIF pictures cannot be kept. Save it as PNG or JPEG.' }],
  ['BM', { refusal: 'BMP pictures cannot be kept. Save it as PNG or JPEG.', binary: true }],
  ['II*\0', { refusal: 'TIFF and raw photos cannot be kept. Export it as JPEG.' }],
  ['MM\0*', { refusal: 'TIFF and raw photos cannot be kept. Export it as JPEG.' }],
  ['\xd0\xcf\x11\xe0', { refusal: 'This is an old Excel or Word file. Save it as “CSV UTF-8” and add that file.' }],
  ['MZ', { refusal: 'This is a program, not a file of a MOC.', binary: true }],
  ['\x7fELF', { refusal: 'This is a program, not a file of a MOC.' }],
  ['\x1f\x8b', { refusal: 'This is an archive. Unpack it and add the files.' }],
  ['7z\xbc\xaf', { refusal: 'This is an archive. Unpack it and add the files.' }],
  ['Rar!', { refusal: 'This is an archive. Unpack it and add the files.' }],
];
const AVIF = ['avif', 'avis'];
const HEIC = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];

/**
 * `{name, size, type, form, label, pieces, cover, note}`, or `{name, size, refusal}`.
 *
 * `name` and `type` are what the API is told: a photo that is called `.jpg` and is a PNG becomes a `.png`.
 * `pieces` is a number where it can be counted, `cover` the picture in a model.
 */
export async function recognise(file) {
  const { name, size } = file;
  if (size === 0) return { name, size, refusal: 'This file is empty.' };
  if (size > LARGEST) {
    return { name, size, refusal: `This file is ${readable(size)}; at most ${readable(LARGEST)} can be kept.` };
  }
  let found;
  try {
    found = await look(file);
  } catch {
    found = { refusal: 'This file cannot be read. Was it moved, or is it a folder?' };
  }
  if (found.refusal) return { name, size, refusal: found.refusal };
  const declared = named(name, found.extension, found.extensions);
  const type = CONTENT_TYPES[extensionOf(declared)];
  return { pieces: null, cover: null, note: '', ...found, name: declared, size, type };
}

async function look(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const head = String.fromCharCode(...bytes);
  const binary = head.includes('\0');
  if (head.startsWith('PK')) return archive(file);
  const known = SIGNATURES.find(([start, one]) => head.startsWith(start) && (binary || !one.binary))?.[1];
  if (known) return known.extension === '.jpg' ? { ...known, extensions: ['.jpg', '.jpeg'] } : known;
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') {
    return { form: 'picture', label: 'Photo (WebP)', extension: '.webp' };
  }
  if (head.slice(4, 8) === 'ftyp') return byBrand(head);
  if (binary && !/^(\xff\xfe|\xfe\xff)/.test(head)) {
    return { refusal: 'This kind of file is not known here. It takes PDFs, Studio and LDraw models, lists, photos.' };
  }
  return byText(file, head);
}

/** AVIF or HEIC by the brands of ISO 23008-12; films have others. */
function byBrand(head) {
  const brands = [head.slice(8, 12), ...head.slice(16, 64).match(/.{4}/gs)];
  if (brands.some((brand) => AVIF.includes(brand))) {
    return { form: 'picture', label: 'Photo (AVIF)', extension: '.avif' };
  }
  if (brands.some((brand) => HEIC.includes(brand))) {
    return { form: 'picture', label: 'Photo (HEIC)', extension: '.heic', extensions: ['.heic', '.heif'] };
  }
  return { refusal: 'Films cannot be kept, only photos.' };
}

async function byText(file, head) {
  if (file.size > LARGEST_TEXT) {
    return { refusal: `This list is ${readable(file.size)}; at most ${readable(LARGEST_TEXT)} can be read.` };
  }
  const text = await decoded(file, head);
  const start = text.trimStart();
  if (!start) return { refusal: 'This file is empty.' };
  if (start.startsWith('<')) return list(xml(start), '.xml');
  if (/^[[{]/.test(start) && !start.startsWith('[options]')) return list(json(start), '.json');
  if (/^[0-5]\s/.test(start) && /^\s*1\s+(\S+\s+){13}\S/m.test(start)) return ldraw(start);
  return list(table(start), '.csv');
}

function list(found, extension) {
  return found.refusal ? found : { form: 'list', extension, extensions: TEXTS, ...found };
}

function ldraw(text) {
  const several = /^\s*0\s+FILE\s/im.test(text);
  const extension = several ? '.mpd' : '.ldr';
  return { form: 'model', label: 'LDraw model', extension, extensions: ['.ldr', '.mpd'], pieces: ldrawPieces(text) };
}

async function decoded(file, head) {
  const bytes = await file.arrayBuffer();
  if (head.startsWith('\xff\xfe')) return new TextDecoder('utf-16le').decode(bytes);
  if (head.startsWith('\xfe\xff')) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The name with an extension that fits the content. */
function named(name, extension, fitting = [extension]) {
  const plain = name.replace(/[\p{Cc}/\\\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ').trim();
  const now = extensionOf(plain);
  const stem = now in CONTENT_TYPES || now === '.zip' ? plain.slice(0, -now.length) : plain;
  const shown = [...(stem || 'file')].slice(0, 200).join('');
  return shown + (fitting.includes(now) ? plain.slice(-now.length) : extension);
}

function extensionOf(name) {
  return /\.[^.\s]{1,6}$/.exec(name)?.[0].toLowerCase() ?? '';
}

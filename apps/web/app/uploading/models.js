// Models: what is in a ZIP archive that Studio or LEGO Digital Designer wrote, and what an LDraw file holds.
import { entries, unpacked } from './zip.js';

const STUDIO = ['model.ldr', 'modelv2.ldr', 'model2.ldr'];
const LXF = 'image100.lxfml';
const INFO_BYTES = 65_536;
const COVER_BYTES = 8_388_608;
const DEEPEST = 64;
// Line type 1: a colour, twelve numbers, and the name of a part to the end of the line.
const REFERENCE = /^1\s+(?:\S+\s+){13}(.+)$/;

/** What a ZIP archive is: `{form, label, extension, pieces, cover}` of a model, else `{refusal}`. */
export async function archive(file) {
  const found = await entries(file);
  if (!found) return { refusal: 'This archive is damaged or incomplete. Save it again.' };
  const named = (name) => found.find((entry) => entry.name.toLowerCase() === name);
  const model = STUDIO.map(named).find(Boolean);
  if (model?.locked) {
    const note = 'It is locked, as older versions of Studio did, so nothing can be taken out of it. ' +
      'Save it again in a current Studio for its cover and parts.';
    return { form: 'locked', label: 'Studio model', extension: '.io', note };
  }
  if (model) {
    const cover = await unpacked(file, named('thumbnail.png'), COVER_BYTES);
    const pieces = await studioPieces(await unpacked(file, named('.info'), INFO_BYTES));
    const picture = cover && new Blob([cover], { type: 'image/png' });
    return { form: 'studio', label: 'Studio model', extension: '.io', pieces, cover: picture };
  }
  if (named(LXF)) return { form: 'model', label: 'LEGO Digital Designer model', extension: '.lxf' };
  if (found.some((entry) => entry.name.startsWith('xl/'))) {
    return { refusal: 'This is an Excel workbook. Save it as “CSV UTF-8” and add that file.' };
  }
  return { refusal: 'This is a ZIP archive without a model in it. Unpack it and add the files.' };
}

/** Pieces in an LDraw text, its submodels as often as they are used; null when it cannot be told. */
export function ldrawPieces(text) {
  const files = submodels(text);
  const known = new Map();
  const count = (name, depth) => {
    if (depth > DEEPEST) throw new RangeError('nested too deep');
    if (!known.has(name)) {
      let pieces = 0;
      for (const part of files.get(name)) pieces += files.has(part) ? count(part, depth + 1) : 1;
      known.set(name, pieces);
    }
    return known.get(name);
  };
  try {
    return count(files.keys().next().value, 0) || null;
  } catch {
    return null;
  }
}

/** What each file of the text refers to, by its name; the first one is the model. */
function submodels(text) {
  const files = new Map();
  let parts = [];
  for (const line of text.split(/\r\n|\r|\n/).map((one) => one.trim())) {
    const begun = /^0\s+FILE\s+(.+)$/i.exec(line)?.[1].toLowerCase();
    if (begun) {
      parts = [];
      if (!files.has(begun)) files.set(begun, parts);
    } else {
      const part = REFERENCE.exec(line)?.[1].toLowerCase();
      if (part) parts.push(part);
      if (part && files.size === 0) files.set('', parts);
    }
  }
  return files.size ? files : new Map([['', parts]]);
}

async function studioPieces(info) {
  try {
    const { total_parts: total } = JSON.parse(await info.text());
    return Number.isInteger(total) && total > 0 ? total : null;
  } catch {
    return null;
  }
}

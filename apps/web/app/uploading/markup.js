// What XML and JSON files are, and how many pieces they hold.

const ROOTS = {
  inventory: 'BrickLink XML',
  order: 'BrickLink order',
  orders: 'BrickLink orders',
  brickstorexml: 'BrickStore',
  brickstockxml: 'BrickStore',
  lxfml: 'LEGO Digital Designer',
};
const RECORDS = ['part', 'item', 'piece', 'element'];
const QUANTITIES = ['qty', 'minqty', 'quantity', 'count', 'amount', 'pieces'];
// Sets, books, boxes: BrickLink's lists may hold them, and they are no parts.
const NO_PARTS = 'SBCIOU';

/** `{label, pieces, extension}` of a parts list, `{refusal}` for other XML. */
export function xml(text) {
  const root = /<([A-Za-z_][\w.-]*)/.exec(text.replace(/<!--[\s\S]*?-->/g, ''))?.[1].toLowerCase() ?? '';
  if (root === 'html') return { refusal: 'This is a web page. Look for a download of the list on it.' };
  if (root === 'svg') return { refusal: 'This is a drawing (SVG). Photos can be JPEG, PNG, WebP, HEIC or AVIF.' };
  if (root === 'catalog') return { refusal: 'This is a catalogue of BrickLink, not a parts list.' };
  const tree = new DOMParser().parseFromString(text, 'text/xml');
  const label = `Parts list: ${ROOTS[root] ?? 'XML'}`;
  const extension = root === 'lxfml' ? '.lxfml' : root.startsWith('brickst') ? '.bsx' : '.xml';
  if (tree.querySelector('parsererror')) return { label, extension, pieces: null };
  if (root === 'lxfml') return { label, extension, pieces: tree.querySelectorAll('Bricks > Brick').length || null };
  const records = [...tree.getElementsByTagName('*')].filter((one) => RECORDS.includes(one.localName.toLowerCase()));
  return { label, extension, pieces: records.reduce((sum, record) => sum + inOne(record), 0) || null };
}

/** The same for JSON. */
export function json(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    return { refusal: 'This file begins like JSON, but cannot be read. Export it again.' };
  }
  const records = Array.isArray(found) ? found : found?.parts;
  if (!Array.isArray(records)) return { refusal: 'There is no list of parts in this JSON file.' };
  const pickABrick = records.length > 0 && records.every((one) => one && 'elementId' in one);
  const pieces = records.reduce((sum, record) => sum + number(value(Object.entries(record ?? {}))), 0);
  return { label: `Parts list: ${pickABrick ? 'LEGO Pick a Brick' : 'JSON'}`, pieces: pieces || null };
}

function inOne(record) {
  const fields = [...record.attributes, ...record.children];
  const cells = fields.map((one) => [one.localName, one.value ?? one.textContent]);
  const text = (name) => cells.find(([known]) => known.toLowerCase() === name)?.[1].trim().toUpperCase() ?? '';
  const other = NO_PARTS.includes(text('itemtype')[0] ?? text('itemtypeid')[0] ?? 'P');
  if (other || text('extra') === 'Y' || text('status') === 'X' || text('status') === 'E') return 0;
  return number(value(cells));
}

function value(cells) {
  for (const name of QUANTITIES) {
    const cell = cells.find(([known]) => known.toLowerCase() === name);
    if (cell) return cell[1];
  }
  return '';
}

function number(text) {
  const digits = String(text).trim().replaceAll(',', '');
  return /^\d{1,7}$/.test(digits) ? Number(digits) : 0;
}

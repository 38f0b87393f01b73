// Whose table of parts a CSV is, by the names of its columns; the API reads it, this only says what it will be.

const DELIMITERS = [',', ';', '\t'];
const NUMBERED = ['', 'id', 'no', 'num', 'number'];
const MEANINGS = {
  part: [...['part', 'item'].flatMap((noun) => NUMBERED.map((suffix) => noun + suffix)),
    'id', 'designid', 'blitemno', 'ldrawid', 'elementid', 'element'],
  quantity: ['quantity', 'qty', 'count', 'amount', 'pieces', 'num', 'minqty', 'orderedquantity'],
  spare: ['isspare', 'spare', 'extra'],
};
const OTHERS = ['color', 'colour', 'colorid', 'colourid', 'name', 'partname', 'description', 'category', 'rgb'];
const SITE = /^(rebrickable|bricklink|ldraw|lego|rb|bl|ld)/;
const YES = ['true', 'yes', 't', 'y', '1'];
// The names that the sites' own files have, exactly, and what those files are called.
const KNOWN = [
  [['Part', 'Color', 'Quantity'], 'Rebrickable'],
  [['Part', 'Color', 'Num'], 'Rebrickable'],
  [['elementId', 'quantity'], 'LEGO Pick a Brick'],
  [['BLItemNo', 'Qty'], 'Studio'],
  [['Order Id', 'Boid', 'Ordered Quantity'], 'BrickOwl order'],
  [['SetNumber', 'ElementID', 'Qty', 'Colour', 'DesignID'], 'Brickset inventory'],
  [['Part', 'Part Scheme', 'Color Scheme', 'Quantity'], 'Mocshelf'],
];

/** `{label, pieces}` of a table of parts, or `{refusal}` for one that has no parts. `pieces` may be null. */
export function table(text) {
  const start = text.replace(/^\uFEFF/, '').replace(/^"?sep=.\r?\n?/i, '').trimStart();
  const delimiter = best(start.slice(0, 4096).split(/\r\n|\r|\n/, 1)[0]);
  const [head = [], ...rest] = rows(start, delimiter);
  const names = head.map((cell) => cell.trim());
  const own = KNOWN.find(([wanted]) => wanted.every((name) => names.includes(name)));
  // Somebody who makes such a table by hand writes colours as words.
  const colour = names.indexOf('Color');
  const byHand = own?.[1] === 'Rebrickable' && !rest.some((cells) => /^-?\d+$/.test(cells[colour]?.trim() ?? ''));
  const meanings = names.map(meaning);
  if (!own && !meanings.some(Boolean)) return { label: 'Parts list: table without column names', pieces: null };
  const missing = ['part', 'quantity'].find((wanted) => !meanings.includes(wanted));
  if (missing) return { refusal: lacks(missing, names) };
  return { label: `Parts list: ${byHand || !own ? 'table' : own[1]}`, pieces: counted(rest, meanings) };
}

/** The rows of a CSV, each a list of cells. */
export function* rows(text, delimiter) {
  let row = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '"' && text[at + 1] === '"') {
      cell += character;
      at += 1;
    } else if (character === '"' && (quoted || cell === '')) {
      quoted = !quoted;
    } else if (!quoted && character === delimiter) {
      row.push(cell);
      cell = '';
    } else if (!quoted && (character === '\n' || character === '\r')) {
      if (character === '\r' && text[at + 1] === '\n') at += 1;
      yield [...row, cell];
      row = [];
      cell = '';
    } else {
      cell += character;
    }
  }
  if (cell || row.length) yield [...row, cell];
}

function best(line) {
  const count = (delimiter) => line.split(delimiter).length;
  return DELIMITERS.toSorted((one, other) => count(other) - count(one))[0];
}

function meaning(cell) {
  const key = cell.normalize('NFKC').toLowerCase().replace(/[\s\-_.]/g, '');
  const bare = key.replace(SITE, '');
  const found = Object.keys(MEANINGS).find((one) => MEANINGS[one].includes(key) || MEANINGS[one].includes(bare));
  return found ?? (OTHERS.includes(key) || OTHERS.includes(bare) ? 'other' : '');
}

/** Pieces without spares; the rows of sums at the end have no part or no number in their place. */
function counted(found, meanings) {
  const [part, quantity, spare] = ['part', 'quantity', 'spare'].map((wanted) => meanings.indexOf(wanted));
  let pieces = 0;
  for (const cells of found) {
    const isSpare = spare >= 0 && YES.includes((cells[spare] ?? '').trim().toLowerCase());
    const number = (cells[quantity] ?? '').trim();
    if (cells[part]?.trim() && /^\d{1,7}$/.test(number) && !isSpare) pieces += Number(number);
  }
  return pieces || null;
}

function lacks(missing, names) {
  const what = missing === 'part' ? 'part number' : 'quantity';
  const found = names.filter(Boolean).slice(0, 8).join(', ');
  return `This table has no ${what} column, so it is no parts list. Columns found: ${found}.`;
}

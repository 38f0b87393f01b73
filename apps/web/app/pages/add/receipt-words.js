// A receipt in words: what the page shows, and the text that can be kept.

const FORMATS = {
  'rebrickable-csv': 'Rebrickable',
  'bricklink-xml': 'BrickLink XML',
  'brickstore-bsx': 'BrickStore',
  'studio-csv': 'Studio parts list',
  'studio-io': 'Studio model',
  ldraw: 'LDraw model',
  lxf: 'LEGO Digital Designer',
  lxfml: 'LEGO Digital Designer',
  'lego-pab-csv': 'LEGO Pick a Brick',
  'lego-pab-json': 'LEGO Pick a Brick',
  'brickowl-csv': 'BrickOwl order',
  'brickset-csv': 'Brickset inventory',
  csv: 'Table',
  xml: 'XML',
  json: 'JSON',
};
const SITES = {
  rebrickable: 'Rebrickable',
  bricklink: 'BrickLink',
  ldraw: 'LDraw',
  lego: 'LEGO',
  brickowl: 'BrickOwl',
};
const FROM = {
  format: 'as this kind of file always has them',
  file: 'as the file itself proves',
  user: 'as you said',
};
const SKIPPED = {
  'total-line': 'a line of sums',
  'not-a-part': 'no part',
  counterpart: 'belongs to another item of the list',
  alternate: 'stands for another item of the list',
  excluded: 'excluded in the file',
  'quantity-0': 'quantity 0',
  'not-in-model': 'not used in the model',
};
const NOTES = {
  'unknown-colour': 'has a colour that we do not know; it is kept as written',
  'no-colour': 'says no colour',
  'direct-colour': 'has a colour mixed by hand',
  'custom-part': 'is a custom part',
  'inlined-part': 'is a part that the file brings along',
  assembly: 'is assembled of several parts and counts as one',
  decorated: 'is decorated',
  'several-colours': 'has several colours; the first one counts',
  'name-shortened': 'has a very long name, which was shortened',
  'unusual-extension': 'The file’s extension is unusual for what it holds.',
  'ignored-column': 'Columns that mean nothing here were ignored',
  'ignored-element': 'Elements that mean nothing here were ignored',
  'ignored-field': 'Fields that mean nothing here were ignored',
  'several-sets': 'The file holds several sets; they were added up.',
  'spares-not-told-apart': 'The file does not tell spares apart.',
  'bricklink-numbers-unused': 'BrickLink’s numbers in the model do not fit and were not used.',
  'element-ids-unused': 'The element ids in the model do not fit and were not used.',
  'entries-shortened': 'Further records are not listed here one by one.',
  'entry-unread': 'A file within the model could not be read.',
  'old-unknown-colour': 'has an old number for “unknown colour”',
  'studio-error-part': 'is a part that Studio had trouble with',
};

/** Pairs of a name and a value; what is nothing is left out. */
export function sums({ format, records, rows, pieces, distinctParts, distinctColors }) {
  const counts = [
    ['Different parts', distinctParts],
    ['Different colours', distinctColors],
    ['Records read', rows.records],
    ['Merged into others', records.merged],
    ['Spare pieces', pieces.spare],
    ['Skipped', records.skipped],
    ['Left out', records.rejected],
  ];
  return [
    ['Kind of file', FORMATS[format] ?? format],
    ...counts.filter(([, count]) => count).map(([name, count]) => [name, count.toLocaleString('en')]),
  ];
}

/** Whose numbers the colours are, and how that is known. */
export function schemeWords({ colorScheme, schemeFrom }) {
  if (colorScheme === 'none') return 'None: an element id says part and colour at once.';
  if (colorScheme === 'unknown') return 'Numbers of nobody we know: kept as written, never converted.';
  if (!SITES[colorScheme]) return 'As each line says.';
  return `${SITES[colorScheme]}’s, ${FROM[schemeFrom] ?? FROM.format}.`;
}

/** Something the file says of itself, compared with what was counted. */
export function claimWords({ claim, file, counted, agrees }) {
  if (agrees) return `${claim} in the file agrees: ${file}.`;
  return `${claim} in the file is ${file}, but ${counted} were counted.`;
}

export function noteWords({ code, count, first }) {
  if (code === 'steps') return `The model has ${count.toLocaleString('en')} building steps.`;
  const words = NOTES[code] ?? code.replaceAll('-', ' ');
  const places = first.length ? ` (${first.join(', ')}${count > first.length ? ', …' : ''})` : '';
  // A sentence of its own, or one about lots.
  if (/^[A-Z]/.test(words)) return words.replace(/\.?$/, `${places}.`);
  const lots = count === 1 ? 'One lot' : `${count.toLocaleString('en')} lots: each`;
  return `${lots} ${words}${places}.`;
}

/** What became of a record that was not simply kept. */
export function entryWords(entry) {
  const at = entry.at[0].toUpperCase() + entry.at.slice(1);
  if (entry.outcome === 'rejected') {
    const cells = entry.cells?.length ? ` [${entry.cells.join(' | ')}]` : '';
    const placed = entry.message.toLowerCase().startsWith(entry.at.toLowerCase());
    return `${placed ? '' : `${at}: `}${entry.message}${cells}`;
  }
  if (entry.outcome === 'skipped') return `${at}: skipped, ${SKIPPED[entry.reason] ?? entry.reason}.`;
  const pieces = entry.pieces === 1 ? 'one piece' : `${entry.pieces?.toLocaleString('en')} pieces`;
  if (entry.outcome === 'merged') return `${at}: ${pieces}, added to ${entry.into}.`;
  return `${at}: ${pieces}, spare.`;
}

/** The whole receipt as a text. */
export function written(title, receipt) {
  const { pieces, lots, claims, notes, entries, fileName, sha256 } = receipt;
  return [
    `Receipt of the parts list “${title}”`,
    '',
    `File: ${fileName}`,
    `SHA-256: ${sha256}`,
    `${pieces.needed} pieces in ${lots.needed} lots`,
    ...sums(receipt).map(([name, value]) => `${name}: ${value}`),
    `Colours: ${schemeWords(receipt)}`,
    ...section('The file’s own sums', claims.map(claimWords)),
    ...section('Notes', notes.map(noteWords)),
    ...section('Records that were not simply kept', entries.map(entryWords)),
    '',
  ].join('\n');
}

function section(title, lines) {
  return lines.length ? ['', title, ...lines.map((line) => `- ${line}`)] : [];
}

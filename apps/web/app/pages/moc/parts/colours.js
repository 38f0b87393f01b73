// What colours look like, from the tables that the API converts their numbers with.
import { request } from '../../../request.js';

const SITES = ['rebrickable', 'bricklink', 'ldraw'];
const [table, lego] = await Promise.all([
  rows(new URL('../../../../data/colours.csv', import.meta.url)),
  rows(new URL('../../../../data/lego-colours.csv', import.meta.url)),
]);
const byNumber = new Map();
const byName = new Map();
for (const row of table) {
  const colour = { name: row.name || row.bricklink_name, rgb: row.rgb, transparent: row.transparent === 'true' };
  for (const site of SITES) if (row[site] !== '') byNumber.set(`${site} ${row[site]}`, colour);
  for (const name of [row.name, row.bricklink_name]) if (name && row.rgb) byName.set(name.toLowerCase(), colour);
}
for (const { lego: number, name, rebrickable } of lego) {
  const base = byNumber.get(`rebrickable ${rebrickable}`);
  if (base) byNumber.set(`lego ${number}`, { ...base, name });
}

/**
 * `{name, rgb, transparent}` of a line's colour. `rgb` is empty where nobody knows: a number without its site says
 * nothing, and the name it came with is all there is to go by.
 */
export function colourOf({ colorScheme, colorId, colorName }) {
  const found = byNumber.get(`${colorScheme} ${colorId}`) ?? byName.get(colorName?.toLowerCase() ?? '');
  const name = colorId === null ? '' : `Colour ${colorId}`;
  return { rgb: '', transparent: false, ...found, name: colorName ?? found?.name ?? name };
}

/** The records of a CSV file, whose cells have no quotes. Without the tables there are no swatches, but all else. */
async function rows(address) {
  try {
    const text = await (await request(address)).text();
    const [head, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(','));
    return lines.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index]])));
  } catch (problem) {
    console.error(problem);
    return [];
  }
}

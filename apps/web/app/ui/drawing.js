// A cover for a MOC without a picture: a small building of bricks, always the same for the same title.

const WIDTH = 160;
const HEIGHT = 120;
const BRICK = { width: 16, height: 11 };
const COLUMNS = 8;
// The style sheet has a light and a dark colour for each.
const GROUNDS = ['sage', 'sand', 'lilac', 'rose', 'lime', 'sky'];
const BRICKS = [
  ['#0b6b63', '#12857b', '#2ba195'],
  ['#b5442b', '#cf5a3e', '#e27a5d'],
  ['#c58a1c', '#dba235', '#ebbd62'],
  ['#3c5a94', '#5070ad', '#7390c6'],
  ['#5b7a3a', '#72934d', '#92af70'],
  ['#6d4c7d', '#866597', '#a385b2'],
];

// Whoever comes back to a shelf of a thousand sees it at once.
const drawn = new Map();

/** What to draw: `ground` is a class of the style sheet, `address` a picture's, to be put on that ground. */
export function drawing(title) {
  if (!drawn.has(title)) drawn.set(title, draw(title));
  return drawn.get(title);
}

function draw(title) {
  const next = chance(title);
  const ground = pick(GROUNDS, next);
  const colours = pick(BRICKS, next);
  const accents = pick(BRICKS, next);
  // One path for each colour: a shelf of a thousand drawings must stay light.
  const paths = {};
  const add = (fill, x, y, width, height) => {
    paths[fill] = `${paths[fill] ?? ''}M${x} ${y}h${width}v${height}h-${width}z`;
  };
  for (const [column, height] of skyline(next).entries()) {
    const x = (WIDTH - COLUMNS * BRICK.width) / 2 + column * BRICK.width;
    for (let row = 1; row <= height; row += 1) {
      const fill = next() < 0.12 ? pick(accents, next) : pick(colours, next);
      add(fill, x, HEIGHT - row * BRICK.height, BRICK.width - 1, BRICK.height - 1);
    }
    for (const offset of [2, 9]) add(colours[0], x + offset, HEIGHT - height * BRICK.height - 3, 4, 3);
  }
  return { ground, address: picture(paths) };
}

function picture(paths) {
  const shapes = Object.entries(paths).map(([fill, path]) => `<path fill="${fill}" d="${path}"/>`);
  const size = `width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${shapes.join('')}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** The height of each column in bricks, the same from either side, as most buildings are. */
function skyline(next) {
  const half = Array.from({ length: COLUMNS / 2 }, (_, column) => 3 + Math.floor(next() * (2 + 1.6 * column)));
  return [...half, ...half.toReversed()];
}

function pick(list, next) {
  return list[Math.floor(next() * list.length)];
}

/** Numbers from 0 to 1 that only depend on the text: FNV-1a for the seed, then mulberry32. */
function chance(text) {
  let seed = 0x811c9dc5;
  for (const character of text) seed = Math.imul(seed ^ character.codePointAt(0), 0x01000193);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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

/** What to draw, as `{width, height, ground, shapes: [{x, y, width, height, fill}]}`; `ground` is a class. */
export function drawing(title) {
  const next = chance(title);
  const ground = pick(GROUNDS, next);
  const colours = pick(BRICKS, next);
  const accents = pick(BRICKS, next);
  const shapes = [];
  for (const [column, height] of skyline(next).entries()) {
    const x = (WIDTH - COLUMNS * BRICK.width) / 2 + column * BRICK.width;
    for (let row = 0; row < height; row += 1) {
      const y = HEIGHT - (row + 1) * BRICK.height;
      const fill = next() < 0.12 ? pick(accents, next) : pick(colours, next);
      shapes.push({ x, y, width: BRICK.width - 0.8, height: BRICK.height - 0.8, fill });
    }
    const top = HEIGHT - height * BRICK.height;
    for (const offset of [2.4, 9]) {
      shapes.push({ x: x + offset, y: top - 2.6, width: 4.6, height: 2.8, fill: colours[0] });
    }
  }
  return { width: WIDTH, height: HEIGHT, ground, shapes };
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

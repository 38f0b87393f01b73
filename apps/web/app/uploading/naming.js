// Titles for MOCs out of the names of their files, and names that no other file of the MOC has.

// What cameras, phones and scanners name their pictures: a word or none, numbers, a word or none.
const CAMERA_WORDS = 'img|image|dsc[nf]?|pxl|photo|foto|picture|screen ?shot|scan|untitled|unnamed';
const CAMERA = new RegExp(`^(${CAMERA_WORDS})?[\\s_-]*[\\d\\s_.~()-]*(burst|hdr|portrait|mp|edited)?$`, 'i');
const PREFIXES = [
  /^(rebrickable|lego_pab)_parts_(moc|fig|set)?-?/i,
  /^bricklink[ _-](wanted|order|inventory|xml)[ _-]?(list)?/i,
  /^(moc|fig)[ _-](?=\d)/i,
];
const NUMBERS = /^\d{3,7}(?:-\d{1,2})?(?=$|[ _-])/;
const ENDINGS =
  'final|copy|instructions?|manual|parts?[\\s_-]?list|parts|inventory|wanted[\\s_-]?list|bom|model|studio|cover';
const SUFFIX = new RegExp(`[\\s_-]*(\\(\\d+\\)|v(er(sion)?)?[\\s.]?\\d+([._]\\d+)*|${ENDINGS})$`, 'i');
const NOT_A_TITLE = /^(instructions?|manual|parts?([\s_-]?list)?|model|inventory|export|list|bom|new|cover|studio)$/i;
const FORMS = ['studio', 'locked', 'model', 'pdf', 'list', 'picture'];

/** A title out of what was found in the files, the best first; empty when no name says anything. */
export function suggestedTitle(found) {
  const ordered = found.toSorted((one, other) => FORMS.indexOf(one.form) - FORMS.indexOf(other.form));
  return ordered.map(({ name }) => cleaned(name)).find(Boolean) ?? '';
}

/** The number that Rebrickable gives a MOC, where a file is named by it: `MOC-257369`. */
export function suggestedNumber(found) {
  const number = found.map(({ name }) => /(?:^|_)moc-(\d{2,7})(?=\D)/i.exec(name)?.[1]).find(Boolean);
  return number ? `MOC-${number}` : '';
}

/** `sherlock_holmes-v2.io` is “Sherlock holmes”. */
export function cleaned(name) {
  let text = stemOf(name);
  for (const prefix of PREFIXES) text = text.replace(prefix, '');
  if (text !== stemOf(name)) text = text.replace(NUMBERS, '');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(SUFFIX, '');
  }
  text = text.replace(/[_\s.-]+/g, ' ').trim().slice(0, 255);
  if (text.length < 2 || NOT_A_TITLE.test(text) || CAMERA.test(text)) return '';
  return text[0].toUpperCase() + text.slice(1);
}

/** The title of a photo: its name, unless a camera has given it. */
export function photoTitle(name, title) {
  const stem = stemOf(name);
  return (CAMERA.test(stem) ? title || stem : stem).slice(0, 200);
}

/** The name, numbered when it is among `taken`. */
export function free(name, taken) {
  const stem = stemOf(name);
  const extension = name.slice(stem.length);
  for (let number = 2, found = name; ; number += 1) {
    if (!taken.includes(found)) return found;
    found = `${stem} (${number})${extension}`;
  }
}

function stemOf(name) {
  return name.replace(/\.[^.]{1,6}$/, '') || name;
}

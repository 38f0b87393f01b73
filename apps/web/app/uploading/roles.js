// What a file can become: how that is said, and how it is declared to the API.

const MEGABYTE = 1_048_576;

// effect    what will happen to the file, for people
// most      bytes that the API takes
// declared  what tells the API of it; a session is for one file
export const ROLES = {
  model: {
    label: 'Instructions, cover, parts',
    effect: 'Kept as instructions; cover and parts list are taken out of it.',
    most: 50 * MEGABYTE,
    declared: { purpose: 'moc-file', kind: 'instruction', derive: true },
  },
  'model-only': {
    label: 'Instructions only',
    effect: 'Kept as instructions, nothing is taken out of it.',
    most: 50 * MEGABYTE,
    declared: { purpose: 'moc-file', kind: 'instruction', derive: false },
  },
  instruction: {
    label: 'Instructions',
    effect: 'Kept as instructions.',
    most: 50 * MEGABYTE,
    declared: { purpose: 'moc-file', kind: 'instruction' },
  },
  parts: {
    label: 'Parts list',
    effect: 'Read into a parts list; the file is kept.',
    most: 10 * MEGABYTE,
    declared: { purpose: 'moc-file', kind: 'parts-list' },
  },
  cover: {
    label: 'Cover',
    effect: 'The picture on the shelf.',
    most: 20 * MEGABYTE,
    declared: { purpose: 'moc-file', kind: 'thumbnail' },
  },
  photo: {
    label: 'Photo',
    effect: 'Shown with the MOC and in your gallery.',
    most: 20 * MEGABYTE,
    declared: { purpose: 'gallery-image' },
  },
};

// What each form of file may become, the usual first.
const CHOICES = {
  pdf: ['instruction'],
  studio: ['model', 'model-only', 'parts'],
  locked: ['model-only'],
  model: ['parts', 'instruction'],
  list: ['parts'],
  picture: ['photo', 'cover'],
};

/** The names of the roles that a form of file may have. */
export function rolesOf(form) {
  return CHOICES[form];
}

/** Why a file is too large for a role; empty when it is not. */
export function tooLarge(name, size, role) {
  if (size <= ROLES[role].most) return '';
  const limit = readable(ROLES[role].most);
  const shown = readable(size) === limit ? `${size.toLocaleString('en')} bytes` : readable(size);
  return `${name} is ${shown}; the limit for ${ROLES[role].label.toLowerCase()} is ${limit}.`;
}

/** A number of bytes as people say it: `12.3 MB`. */
export function readable(size) {
  if (size < 1024) return `${size} bytes`;
  const [value, unit] = size < MEGABYTE ? [size / 1024, 'KB'] : [size / MEGABYTE, 'MB'];
  return `${value.toFixed(1).replace('.0', '')} ${unit}`;
}

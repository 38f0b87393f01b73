// The fields of a MOC that people write: which there are for each type, and their texts in a form.

const BOTH = {
  title: { label: 'Title', required: true, maxlength: 255 },
  theme: { label: 'Theme', maxlength: 100 },
  subtheme: { label: 'Subtheme', maxlength: 100 },
  description: { label: 'Description', kind: 'area', maxlength: 5000, rows: 6 },
  tags: { label: 'Tags', kind: 'tags' },
};
const NUMBER = { kind: 'number', inputmode: 'numeric' };

const FIELDS = {
  moc: {
    title: BOTH.title,
    author: { label: 'Designer', required: true, maxlength: 255 },
    partsCount: { ...NUMBER, label: 'Parts', required: true },
    theme: BOTH.theme,
    subtheme: BOTH.subtheme,
    setNumber: { label: 'Number', maxlength: 50, hint: 'Such as MOC-172552' },
    uploadedDate: { label: 'Published', kind: 'date' },
    tags: BOTH.tags,
    description: BOTH.description,
  },
  set: {
    title: BOTH.title,
    brand: { label: 'Brand', required: true, maxlength: 255 },
    setNumber: { label: 'Set number', required: true, maxlength: 50 },
    partsCount: { ...NUMBER, label: 'Parts' },
    theme: BOTH.theme,
    subtheme: BOTH.subtheme,
    releaseYear: { ...NUMBER, label: 'Year of release' },
    retired: { label: 'Retired', kind: 'flag' },
    tags: BOTH.tags,
    description: BOTH.description,
  },
};

/** `[name, field]` in the order of the form. */
export function fieldsOf(moc) {
  return Object.entries(FIELDS[moc.type]);
}

/** What the form shows of a MOC: text, or what the kind of the field needs. */
export function written(moc) {
  return Object.fromEntries(fieldsOf(moc).map(([name, { kind }]) => [name, toForm(moc[name], kind)]));
}

/** The fields that differ between two states of the form. */
export function changed(before, after) {
  return Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

/** The named fields of the form as the API takes them. */
export function toSend(moc, form, names) {
  const kinds = FIELDS[moc.type];
  return Object.fromEntries(names.map((name) => [name, fromForm(form[name], kinds[name].kind)]));
}

/** A value for people. */
export function shown(value) {
  if (Array.isArray(value)) return value.join(', ') || 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value || 'nothing';
}

function toForm(value, kind) {
  if (kind === 'tags') return value;
  if (kind === 'flag') return value === true;
  if (kind === 'date') return value ? dayOf(new Date(value)) : '';
  return value === null ? '' : String(value);
}

function fromForm(value, kind) {
  if (kind === 'tags' || kind === 'flag') return value;
  if (value.trim() === '') return null;
  // What is not a number goes as it is, so that the API says what is wrong with it.
  if (kind === 'number') return Number.isFinite(Number(value)) ? Number(value) : value;
  if (kind === 'date') return new Date(`${value}T12:00`).toISOString();
  return value;
}

/** The date here and now, as in `2026-03-01`. */
function dayOf(time) {
  const two = (number) => String(number).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

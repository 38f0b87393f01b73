// What of the shelf is shown, as the address says it: `/?q=crane&type=moc&theme=Technic&sort=parts`.

/** What may be sorted by; `query` is the API's way to say it, null leaves it to the API. */
export const SORTS = [
  { name: '', label: 'Changed last', query: null },
  { name: 'new', label: 'Added last', query: { sort: 'createdAt' } },
  { name: 'title', label: 'Title', query: { sort: 'title' } },
  { name: 'parts', label: 'Most parts', query: { sort: 'partsCount' } },
  { name: 'few', label: 'Fewest parts', query: { sort: 'partsCount', order: 'asc' } },
];
export const TYPES = [
  { name: '', label: 'MOCs and sets' },
  { name: 'moc', label: 'MOCs' },
  { name: 'set', label: 'Sets' },
];
const NAMES = ['q', 'type', 'theme', 'tag', 'sort'];
const LONGEST_SEARCH = 200;

export const NONE = Object.freeze(Object.fromEntries(NAMES.map((name) => [name, ''])));

/** The filters an address asks for. */
export function read(query) {
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? '']));
}

/** The address of the shelf with these filters. */
export function address(filters) {
  const given = NAMES.filter((name) => filters[name]).map((name) => [name, filters[name]]);
  const search = new URLSearchParams(given).toString();
  return search ? `/?${search}` : '/';
}

/** The same as the API's parameters; what an address has made up counts as not given. */
export function parameters({ q, type, theme, tag, sort }) {
  const search = [...q.trim()].slice(0, LONGEST_SEARCH).join('');
  const known = TYPES.some((one) => one.name === type) ? type : '';
  return { search, type: known, theme, tag, ...SORTS.find((one) => one.name === sort)?.query };
}

/** Whether anything is left out of the shelf. */
export function narrowed({ q, type, theme, tag }) {
  return Boolean(q.trim() || type || theme || tag);
}

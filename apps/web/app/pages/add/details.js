// What is said of a new MOC. Only what the API must have is in sight; files fill most of it.
import { html, useRef, useSignal } from '../../html.js';
import { Field } from '../../ui/field.js';
import { countedIn, fields, typed, usable } from './draft.js';

const MOST_PARTS = 1_000_000;
const IN_FOLD = ['author', 'brand', 'setNumber', 'theme', 'tags', 'description'];

/** `send` gets the body of the request that makes the MOC; while `busy` it does nothing. */
export function Details({ send, busy }) {
  const problems = useSignal({});
  const fold = useRef(null);
  const shown = fields.value;
  const count = usable.value.length;
  const counted = countedIn();

  const submit = (event) => {
    event.preventDefault();
    const faults = faultsOf(fields.peek());
    problems.value = faults;
    const [first] = Object.keys(faults);
    if (!first) {
      send(bodyOf(fields.peek()));
      return;
    }
    if (IN_FOLD.includes(first)) fold.current.open = true;
    document.getElementById(first).focus();
  };
  const field = (name) => ({
    name,
    value: shown[name],
    problem: problems.value[name],
    onInput: (event) => (typed.value = { ...typed.peek(), [name]: event.target.value }),
  });
  const isSet = shown.type === 'set';
  return html`
    <form class="card details" noValidate onSubmit=${submit}>
      <h2>Your MOC</h2>
      <${Field} label="Title" maxlength="255" autocomplete="off" ...${field('title')} />
      <${Field} label=${isSet ? 'Pieces (if you know)' : 'Pieces'} inputmode="numeric" autocomplete="off"
        hint=${counted && !typed.value.partsCount ? `Counted in ${counted.name}` : ''} ...${field('partsCount')} />
      <details ref=${fold}>
        <summary>More about it</summary>
        <div class="fold">
          <label class="field pick-type">
            <span>Kind</span>
            <select value=${shown.type} onChange=${field('type').onInput}>
              <option value="moc" selected=${!isSet}>MOC: somebody’s own design</option>
              <option value="set" selected=${isSet}>Set: one that was sold</option>
            </select>
          </label>
          ${isSet
            ? html`<${Field} label="Brand" maxlength="255" ...${field('brand')} />`
            : html`<${Field} label="Designer" maxlength="255" ...${field('author')} />`}
          <${Field} label=${isSet ? 'Set number' : 'MOC number'} maxlength="50" ...${field('setNumber')} />
          <${Field} label="Theme" maxlength="100" ...${field('theme')} />
          <${Field} label="Tags" hint="Commas between them" ...${field('tags')} />
          <div class="field">
            <label for="description">Description</label>
            <textarea id="description" rows="3" maxlength="5000" ...${field('description')} />
          </div>
        </div>
      </details>
      <button type="submit" class="button wide" aria-disabled=${busy}>
        ${busy && html`<span class="spinner" />`}
        ${count ? `Add it with ${count === 1 ? 'one file' : `${count} files`}` : 'Add it without files'}
      </button>
    </form>
  `;
}

/** What is wrong, by field, in the order of the form. */
function faultsOf({ type, title, partsCount, author, brand, setNumber, tags }) {
  const faults = {};
  const pieces = number(partsCount);
  if (!title.trim()) faults.title = 'Give it a title.';
  if (!partsCount.trim() && type === 'moc') faults.partsCount = 'How many pieces is it made of? No file says it.';
  else if (partsCount.trim() && !(pieces >= 1 && pieces <= MOST_PARTS)) {
    faults.partsCount = 'A whole number from 1 to 1,000,000.';
  }
  if (type === 'moc' && !author.trim()) faults.author = 'Who has designed it?';
  if (type === 'set' && !brand.trim()) faults.brand = 'Who has made it?';
  if (type === 'set' && !setNumber.trim()) faults.setNumber = 'A set has a number, such as 10278-1.';
  if (listed(tags).length > 20) faults.tags = 'At most 20 tags.';
  else if (listed(tags).some((tag) => tag.length > 50)) faults.tags = 'A tag has at most 50 characters.';
  return faults;
}

function bodyOf({ type, title, partsCount, author, brand, setNumber, theme, tags, description }) {
  const own = type === 'set' ? { brand: brand.trim() } : { author: author.trim() };
  const given = { theme: theme.trim(), description: description.trim(), setNumber: setNumber.trim() };
  const optional = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  const count = partsCount.trim() ? { partsCount: number(partsCount) } : {};
  return { type, title: title.trim(), ...own, ...count, ...optional, tags: listed(tags) };
}

function number(text) {
  return /^[\d., ]+$/.test(text) ? Number(text.replace(/[., ]/g, '')) : Number.NaN;
}

function listed(tags) {
  return tags.split(',').map((tag) => tag.trim()).filter(Boolean);
}

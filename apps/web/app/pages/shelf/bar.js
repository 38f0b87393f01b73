// Search and filters. Typing is waited for, a choice holds at once.
import { html } from '../../html.js';
import { Find } from '../../ui/find.js';
import { narrowed, NONE, SORTS, TYPES } from './filters.js';
import { tags, themes } from './shelf.js';

/** `change` gets the filters to show; `typed` says that they are one letter of more. */
export function Bar({ filters, change, input, clear }) {
  return html`
    <div class="bar">
      <${Find} label="Search MOCs" hint="Search titles, tags, descriptions" value=${filters.q}
        find=${(q) => change({ q }, { typed: true })} input=${input} />
      <div class="picks">
        <${Pick} label="Type" value=${filters.type} choices=${TYPES} choose=${(name) => change({ type: name })} />
        <${Pick} label="Theme" value=${filters.theme} choices=${seen('All themes', themes.value, filters.theme)}
          choose=${(name) => change({ theme: name })} />
        <${Pick} label="Tag" value=${filters.tag} choices=${seen('All tags', tags.value, filters.tag)}
          choose=${(name) => change({ tag: name })} />
        <${Pick} label="Sort by" value=${filters.sort} choices=${sorts(filters)}
          choose=${(name) => change({ sort: name })} />
        ${narrowed(filters) && html`<button type="button" class="link" onClick=${() => clear(NONE)}>Clear</button>`}
      </div>
    </div>
  `;
}

function Pick({ label, value, choices, choose }) {
  return html`
    <label class="pick">
      <span class="hidden">${label}</span>
      <select value=${value} class=${value ? 'chosen' : ''} onChange=${(event) => choose(event.target.value)}>
        ${choices.map(({ name, label: text }) => html`
          <option key=${name} value=${name} selected=${name === value}>${text}</option>
        `)}
      </select>
    </label>
  `;
}

/** What was seen on the shelf, with what the address asks for, whether it was seen or not. */
function seen(all, names, value) {
  const known = value && !names.includes(value) ? [value, ...names] : names;
  return [{ name: '', label: all }, ...known.map((name) => ({ name, label: name }))];
}

function sorts({ q }) {
  const [first, ...others] = SORTS;
  return [q.trim() ? { ...first, label: 'Best match' } : first, ...others];
}

// Search and filters. Typing is waited for, a choice holds at once.
import { html, useEffect, useRef } from '../../html.js';
import { narrowed, NONE, SORTS, TYPES } from './filters.js';
import { tags, themes } from './shelf.js';

const DEBOUNCE_MILLISECONDS = 150;

/** `change` gets the filters to show; `typed` says that they are one letter of more. */
export function Bar({ filters, change, input, clear }) {
  const timer = useRef(0);
  const last = useRef(filters.q);
  useEffect(() => {
    // The address was changed by something else than typing: history, or clearing.
    if (filters.q !== last.current) input.current.value = filters.q;
    last.current = filters.q;
  }, [filters.q]);

  const search = (text) => {
    clearTimeout(timer.current);
    last.current = text;
    change({ q: text }, { typed: true });
  };
  const type = (event) => {
    clearTimeout(timer.current);
    const text = event.target.value;
    timer.current = setTimeout(() => search(text), DEBOUNCE_MILLISECONDS);
  };
  const key = (event) => {
    if (event.key === 'Enter') search(event.target.value);
    if (event.key === 'Escape' && event.target.value) {
      event.preventDefault();
      event.target.value = '';
      search('');
    }
  };
  return html`
    <div class="bar" role="search" aria-label="MOCs">
      <div class="search">
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <circle cx="10.500" cy="10.500" r="6.500" fill="none" stroke="currentColor" stroke-width="2.200" />
          <path d="m15.500 15.500 5 5" stroke="currentColor" stroke-width="2.200" stroke-linecap="round" />
        </svg>
        <label class="hidden" for="search">Search</label>
        <input id="search" ref=${input} type="search" placeholder="Search titles, tags, descriptions" maxlength="200"
          autocomplete="off" enterkeyhint="search" value=${filters.q} onInput=${type} onKeyDown=${key} />
        <kbd aria-hidden="true">/</kbd>
      </div>
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

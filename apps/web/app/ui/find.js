// A search field: typing is waited for, Enter searches at once, Escape empties it.
import { html, useEffect, useRef } from '../html.js';
import { styles } from '../styles.js';

const DEBOUNCE_MILLISECONDS = 150;

await styles(import.meta.url, './find.css');

/** `find` gets what is searched for; `value` is what the page searches for now. */
export function Find({ label, hint, value, find, input }) {
  const timer = useRef(0);
  const last = useRef(value);
  useEffect(() => {
    // The address was changed by something else than typing.
    if (value !== last.current) input.current.value = value;
    last.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const search = (text) => {
    clearTimeout(timer.current);
    last.current = text;
    find(text);
  };
  const type = ({ target }) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => search(target.value), DEBOUNCE_MILLISECONDS);
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
    <div class="find" role="search" aria-label=${label}>
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <circle cx="10.500" cy="10.500" r="6.500" fill="none" stroke="currentColor" stroke-width="2.200" />
        <path d="m15.500 15.500 5 5" stroke="currentColor" stroke-width="2.200" stroke-linecap="round" />
      </svg>
      <label class="hidden" for="find">${label}</label>
      <input id="find" ref=${input} type="search" placeholder=${hint} maxlength="200" autocomplete="off"
        enterkeyhint="search" defaultValue=${value} onInput=${type} onKeyDown=${key} />
      <kbd aria-hidden="true">/</kbd>
    </div>
  `;
}

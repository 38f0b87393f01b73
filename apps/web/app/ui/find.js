// A search field: typing is waited for, Enter searches at once, Escape empties it.
import { html, useEffect, useLayoutEffect, useRef } from '../html.js';

const DEBOUNCE_MILLISECONDS = 150;

/** `find` gets what is searched for; `value` is what the page searches for now, exactly as it was typed. */
export function Find({ label, hint, value, find, input }) {
  const timer = useRef(0);
  const last = useRef(value);
  const latest = useRef(find);
  // What is typed now is searched for later, by the filters that are chosen then.
  latest.current = find;
  useLayoutEffect(() => {
    if (value === last.current) return;
    // The address was changed by something else than typing: history, or clearing.
    clearTimeout(timer.current);
    input.current.value = value;
    last.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const search = (text) => {
    clearTimeout(timer.current);
    last.current = text;
    latest.current(text);
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
  // Not `value`: whatever draws this anew would put the search before in the place of letters that are still waiting.
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

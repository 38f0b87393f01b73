// What narrows the shelf: one of some, or a name that the user knows of though it was not seen yet.
import { html, useLayoutEffect, useRef, useSignal } from '../../html.js';

const OTHER = '\u0000other';
const LONGEST = 100;

/** `choices` are `{name, label}`; `choose` gets the name. */
export function Pick({ label, value, choices, choose, select }) {
  return html`
    <label class="pick">
      <span class="hidden">${label}</span>
      <select ref=${select} value=${value} class=${value ? 'chosen' : ''}
        onChange=${(event) => choose(event.target.value)}>
        ${choices.map(({ name, label: text }) => html`
          <option key=${name} value=${name} selected=${name === value}>${text}</option>
        `)}
      </select>
    </label>
  `;
}

/** `names` are those that were seen, `partial` says that there may be others, `all` is the choice of none. */
export function PickName({ label, all, names, partial, value, choose }) {
  const typing = useSignal(false);
  const select = useRef(null);
  const back = useRef(false);
  useLayoutEffect(() => {
    if (back.current) select.current?.focus();
    back.current = false;
  });

  if (typing.value) {
    const done = (name, { byKey }) => {
      back.current = byKey;
      typing.value = false;
      if (name) choose(name);
    };
    return html`<${Other} label=${label} names=${names} done=${done} />`;
  }
  const known = value && !names.includes(value) ? [value, ...names] : names;
  const choices = [{ name: '', label: all }, ...known.map((name) => ({ name, label: name }))];
  if (partial) choices.push({ name: OTHER, label: `Another ${label.toLowerCase()} …` });
  const pick = (name) => {
    if (name === OTHER) typing.value = true;
    else choose(name);
  };
  return html`<${Pick} label=${label} value=${value} choices=${choices} choose=${pick} select=${select} />`;
}

/** `done` gets the name, empty when there is to be no change; `byKey` says that the focus is still here. */
function Other({ label, names, done }) {
  const input = useRef(null);
  const over = useRef(false);
  const id = `other-${label.toLowerCase()}`;
  useLayoutEffect(() => input.current.focus(), []);

  const end = (text, how) => {
    // The field loses the focus when it goes away, which is no second answer.
    if (over.current) return;
    over.current = true;
    done(spelled(text.trim(), names), how);
  };
  const key = (event) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    end(event.key === 'Enter' ? event.target.value : '', { byKey: true });
  };
  const type = ({ target, inputType = 'insertReplacementText' }) => {
    // A suggestion was taken.
    if (inputType === 'insertReplacementText' && names.includes(target.value)) end(target.value, { byKey: true });
  };
  return html`
    <label class="pick">
      <span class="hidden">${label}</span>
      <input ref=${input} list=${id} placeholder=${label} maxlength=${LONGEST} autocomplete="off" enterkeyhint="go"
        onKeyDown=${key} onInput=${type} onBlur=${({ target }) => end(target.value, { byKey: false })} />
      <datalist id=${id}>${names.map((name) => html`<option key=${name} value=${name} />`)}</datalist>
    </label>
  `;
}

/** The API compares letter by letter: what was seen is spelled as it was seen. */
function spelled(text, names) {
  const folded = text.toLowerCase();
  return names.includes(text) ? text : (names.find((name) => name.toLowerCase() === folded) ?? text);
}

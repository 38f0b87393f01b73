// Tags in a form: each is a chip, what is typed becomes one with Enter or a comma.
import { html, useRef, useSignal } from '../html.js';
import { styles } from '../styles.js';

await styles(import.meta.url, './tag-field.css');

const MOST = 20;
const LONGEST = 50;

/** `tags` are those there are, `change` gets those there should be; `known` are offered while typing. */
export function TagField({ label, name, tags, change, known = [], problem }) {
  const input = useRef(null);
  const told = useSignal('');
  const add = (text) => {
    const typed = text.split(',').map((one) => one.trim()).filter(Boolean);
    const found = [...new Set([...tags, ...typed])];
    if (found.length > MOST) told.value = `There can be at most ${MOST} tags.`;
    if (typed.length === 0 || found.length > MOST) return;
    input.current.value = '';
    told.value = `${typed.join(', ')} added`;
    change(found);
  };
  const drop = (tag) => {
    told.value = `${tag} removed`;
    change(tags.filter((one) => one !== tag));
    input.current.focus();
  };
  const key = (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      add(event.target.value);
    }
    if (event.key === 'Backspace' && !event.target.value && tags.length) drop(tags.at(-1));
  };
  const type = (event) => {
    if (event.target.value.includes(',')) add(event.target.value);
  };
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <div class="tag-field">
        ${tags.map((tag) => html`
          <span key=${tag} class="chip">
            ${tag}<button type="button" aria-label=${`Remove the tag ${tag}`} onClick=${() => drop(tag)}>×</button>
          </span>
        `)}
        <input id=${name} ref=${input} list=${`${name}-known`} maxlength=${LONGEST} autocomplete="off"
          aria-describedby=${`${name}-hint`} aria-invalid=${problem ? 'true' : undefined}
          onKeyDown=${key} onInput=${type} onBlur=${(event) => add(event.target.value)} />
        <datalist id=${`${name}-known`}>
          ${known.filter((tag) => !tags.includes(tag)).map((tag) => html`<option key=${tag} value=${tag} />`)}
        </datalist>
      </div>
      <p id=${`${name}-hint`} class="fine">Enter or a comma ends a tag.</p>
      ${problem && html`<p class="wrong">${problem}</p>`}
      <p class="hidden" role="status">${told.value}</p>
    </div>
  `;
}

// The categories of the wishes as tabs, with how many each has.
import { html, useRef } from '../../html.js';

// No category is called like this: names are trimmed.
export const ALL = ' ';
export const NONE = '';

/** `{name, label, count}` of everything, of each category by name, and of what has none. */
export function categoriesOf(wishes) {
  const counts = new Map();
  for (const { category } of wishes) counts.set(category ?? NONE, (counts.get(category ?? NONE) ?? 0) + 1);
  const names = [...counts.keys()].filter((name) => name !== NONE).sort((one, other) => one.localeCompare(other));
  const all = { name: ALL, label: 'Everything', count: wishes.length };
  const tabs = [all, ...names.map((name) => ({ name, label: name, count: counts.get(name) }))];
  if (names.length > 0 && counts.has(NONE)) tabs.push({ name: NONE, label: 'Without', count: counts.get(NONE) });
  return tabs;
}

/** `value` is the name of the one that is shown; the panel has the id `wishes`. */
export function Categories({ tabs, value, choose }) {
  const element = useRef(null);
  const key = (event) => {
    const at = tabs.findIndex(({ name }) => name === value);
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
    const to = steps[event.key];
    if (to === undefined || to < 0 || to >= tabs.length) return;
    event.preventDefault();
    choose(tabs[to].name);
    element.current.children[to].focus();
  };
  return html`
    <div ref=${element} class="categories" role="tablist" aria-label="Categories" onKeyDown=${key}>
      ${tabs.map(({ name, label, count }) => html`
        <button key=${name} type="button" role="tab" id=${name === value ? 'category-shown' : undefined}
          aria-selected=${name === value} aria-controls="wishes" tabindex=${name === value ? 0 : -1}
          onClick=${() => choose(name)}>
          ${label} <span class="count">${count}</span>
        </button>
      `)}
    </div>
  `;
}

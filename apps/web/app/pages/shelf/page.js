// The shelf: every MOC by its cover.
import { html, useEffect, useLayoutEffect, useRef } from '../../html.js';
import { match } from '../../matching.js';
import { pages } from '../../pages.js';
import { go, replace } from '../../router.js';
import { styles } from '../../styles.js';
import { Problem } from '../../ui/problem.js';
import { useShortcuts } from '../../ui/shortcuts.js';
import { say } from '../../ui/toast.js';
import { Bar } from './bar.js';
import { address, narrowed, read } from './filters.js';
import { Grid } from './grid.js';
import { again, answered, mocs, more, problem, show, state, total } from './shelf.js';

await styles(import.meta.url, './shelf.css');

export default function Shelf({ query }) {
  const filters = read(query);
  const input = useRef(null);
  useShortcuts([
    { key: '/', label: 'Search', run: () => input.current.focus() },
    { key: '← ↑ → ↓', label: 'From MOC to MOC' },
    { key: 'Enter', label: 'Open the MOC' },
    { key: 'Esc', label: 'Empty the search' },
  ]);
  // Asked for before anything is painted, which takes longer than one thinks.
  useLayoutEffect(() => show(filters), [address(filters)]);

  const change = (changed, { typed = false } = {}) => {
    const next = address({ ...filters, ...changed });
    // One entry of the history for a search, not one for each letter.
    if (typed && filters.q && changed.q) replace(next);
    else if (next !== address(filters)) go(next);
  };
  const clear = (none) => {
    go(address(none));
    say('All MOCs are shown.', { undo: () => go(address(filters)) });
  };
  return html`
    <header class="shelf-head">
      <h1>Your shelf</h1>
      <p role="status">${counted()}</p>
    </header>
    <${Bar} filters=${filters} change=${change} clear=${clear} input=${input} />
    <${Content} filters=${filters} />
  `;
}

function counted() {
  if (state.value === 'failed' || (state.value === 'loading' && mocs.value.length === 0)) return '';
  const count = total.value.toLocaleString('en');
  if (narrowed(answered.value)) return total.value === 1 ? '1 found' : `${count} found`;
  return total.value === 1 ? '1 MOC' : `${count} MOCs`;
}

function Content({ filters }) {
  const some = mocs.value.length > 0;
  if (state.value === 'failed' && !some) return html`<${Problem} problem=${problem.value} again=${again} />`;
  if (state.value === 'loading' && !some) return html`<${Waiting} />`;
  if (!some) return narrowed(answered.value) ? html`<${NothingFound} />` : html`<${Empty} />`;
  const complete = mocs.value.length >= total.value;
  return html`
    <${Grid} mocs=${mocs.value} stale=${state.value === 'loading'} />
    ${state.value === 'failed' && html`<${Problem} problem=${problem.value} again=${again} />`}
    ${state.value !== 'failed' && !complete && html`<${End} key=${mocs.value.length} />`}
  `;
}

/** Loads more before it comes into view. */
function End() {
  const element = useRef(null);
  useEffect(() => {
    // A busy browser tells of several changes at once; the last is how things are.
    const look = (changes) => changes.at(-1).isIntersecting && more();
    const watching = new IntersectionObserver(look, { rootMargin: '1200px' });
    watching.observe(element.current);
    return () => watching.disconnect();
  }, []);
  return html`<p ref=${element} class="loading"><span class="spinner" />More …</p>`;
}

function Waiting() {
  const place = () => html`<li><span class="stand"><span class="skeleton" /></span><span class="caption" /></li>`;
  return html`
    <ul class="grid waiting" aria-hidden="true">
      ${Array.from({ length: 8 }, place)}
    </ul>
  `;
}

function Empty() {
  // The table of pages decides what there is to go to.
  const add = match(pages, '/add');
  return html`
    <section class="empty">
      <div class="empty-board" aria-hidden="true"><i /><i /><i /></div>
      <h2>An empty shelf, full of possibilities</h2>
      <p>Put your first MOC on it: instructions, a parts list, a Studio model, some photos. Whatever you have.</p>
      ${add && html`<a class="button" href="/add">Add your first MOC</a>`}
    </section>
  `;
}

function NothingFound() {
  const text = answered.value.q.trim();
  return html`
    <section class="empty">
      <h2>Nothing like that on your shelf</h2>
      <p>${text ? html`Nothing is found for “${text}”.` : 'Nothing fits all of these filters.'}</p>
      <a class="button quiet" href="/">Show all MOCs</a>
    </section>
  `;
}

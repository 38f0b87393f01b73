// The wishlist: what one would like to have, in the order in which one would like to have it.
import { html, useEffect, useRef, useSignal } from '../../html.js';
import { go, replace } from '../../router.js';
import { styles } from '../../styles.js';
import { Dialog } from '../../ui/dialog.js';
import { Find } from '../../ui/find.js';
import { Problem } from '../../ui/problem.js';
import { Reorder } from '../../ui/reorder.js';
import { useShortcuts } from '../../ui/shortcuts.js';
import { Card } from './card.js';
import { ALL, Categories, categoriesOf, NONE } from './categories.js';
import { WishForm } from './form.js';
import { load, move, open, present, problem, remove, search, state, wishes } from './wishes.js';

await styles(import.meta.url, './wishlist.css');

export default function Wishlist({ query }) {
  const typed = query.get('q') ?? '';
  const q = typed.trim();
  const asked = query.get('category') ?? ALL;
  const input = useRef(null);
  // The id of the wish that is changed, `new` for another one.
  const editing = useSignal(null);
  const create = () => (editing.value = 'new');
  useShortcuts([
    { key: '/', label: 'Search', run: () => input.current.focus() },
    { key: 'n', label: 'A new wish', run: create },
    { key: '← →', label: 'From category to category' },
    { key: 'Space', label: 'Pick up a wish by its handle, and put it down' },
  ]);
  useEffect(open, []);

  const tabs = categoriesOf(wishes.value);
  const category = tabs.some(({ name }) => name === asked) ? asked : ALL;
  const find = (text) => {
    const next = address({ q: text });
    if (q && text) replace(next);
    else go(next);
  };
  const done = (wish) => {
    editing.value = null;
    // It is to be seen where it is.
    if (q || ![ALL, wish.category ?? NONE].includes(category)) go(address({ category: wish.category ?? NONE }));
  };
  const edit = (wish) => (editing.value = wish.id);
  const removeAt = async (wish, index) => {
    remove(wish);
    await new Promise(requestAnimationFrame);
    // The focus was on what is gone: it goes to the next one.
    const left = [...document.querySelectorAll('.wish .tool:last-child')];
    (left[Math.min(index, left.length - 1)] ?? document.querySelector('.wishlist-head .button')).focus();
  };
  return html`
    <div class="wishlist">
      <header class="wishlist-head">
        <h1>Wishlist</h1>
        <p role="status">${counted()}</p>
        <button type="button" class="button" onClick=${create}>Add a wish</button>
      </header>
      <div class="wishlist-tools">
        <${Find} label="Search wishes" hint="Search titles, categories, notes" value=${typed} find=${find}
          input=${input} />
      </div>
      ${q
        ? html`<${Found} q=${q} edit=${edit} remove=${removeAt} />`
        : html`<${Listed} tabs=${tabs} category=${category} edit=${edit} remove=${removeAt}
            create=${create} />`}
      <${Dialog} open=${editing.value !== null} title=${editing.value === 'new' ? 'A new wish' : 'Change the wish'}
        onClose=${() => (editing.value = null)}>
        ${editing.value !== null && html`
          <${WishForm} key=${editing.value} id=${editing.value === 'new' ? null : editing.value} done=${done}
            category=${category === ALL ? NONE : category} categories=${namesOf(tabs)} />
        `}
      <//>
    </div>
  `;
}

function address({ q = '', category = ALL }) {
  const given = [];
  if (q) given.push(['q', q]);
  if (category !== ALL) given.push(['category', category]);
  const found = new URLSearchParams(given).toString();
  return found ? `/wishlist?${found}` : '/wishlist';
}

function namesOf(tabs) {
  return tabs.map(({ name }) => name).filter((name) => name !== ALL && name !== NONE);
}

function counted() {
  const count = wishes.value.length;
  if (count === 0) return '';
  return count === 1 ? '1 wish' : `${count.toLocaleString('en')} wishes`;
}

function Listed({ tabs, category, edit, remove, create }) {
  const shown = wishes.value.filter((wish) => category === ALL || (wish.category ?? NONE) === category);
  const some = wishes.value.length > 0;
  if (state.value === 'failed' && !some) return html`<${Problem} problem=${problem.value} again=${load} />`;
  if (state.value === 'loading' && !some) return html`<${Waiting} />`;
  if (!some) return html`<${Empty} create=${create} />`;
  const choose = (name) => replace(address({ category: name }));
  const panel = tabs.length > 1 ? { role: 'tabpanel', 'aria-labelledby': 'category-shown' } : {};
  return html`
    ${tabs.length > 1 && html`<${Categories} tabs=${tabs} value=${category} choose=${choose} />`}
    <div id="wishes" ...${panel}>
      <${Reorder} class="wishes" aria-label="Wishes" items=${shown} name=${({ title }) => title}
        move=${(from, to) => move(shown, from, to)}>
        ${(wish, handle) => html`
          <${Card} wish=${wish} handle=${shown.length > 1 && handle} edit=${() => edit(wish)}
            remove=${() => remove(wish, shown.indexOf(wish))} />
        `}
      <//>
    </div>
    ${state.value === 'failed' && html`<${Problem} problem=${problem.value} again=${load} />`}
  `;
}

/** What is found cannot be moved: it is in the order of how well it fits. */
function Found({ q, edit, remove }) {
  const found = useSignal(null);
  const failure = useSignal(null);
  const tried = useSignal(0);
  useEffect(() => {
    const abort = new AbortController();
    const take = (data) => {
      found.value = data;
      failure.value = null;
    };
    const fail = (cause) => {
      if (!abort.signal.aborted) failure.value = cause;
    };
    search(q, abort.signal).then(take, fail);
    return () => abort.abort();
  }, [q, tried.value]);
  if (failure.value) return html`<${Problem} problem=${failure.value} again=${() => (tried.value += 1)} />`;
  if (!found.value) return html`<${Waiting} />`;
  const known = new Map(wishes.value.map((wish) => [wish.id, wish]));
  const shown = found.value.filter(present).map((wish) => known.get(wish.id) ?? wish);
  if (shown.length === 0) {
    return html`
      <section class="no-wishes">
        <h2>No wish like that</h2>
        <p>Nothing is found for “${q}”.</p>
        <a class="button quiet" href="/wishlist">Show all wishes</a>
      </section>
    `;
  }
  return html`
    <p class="fine" role="status">${shown.length} found</p>
    <ul class="wishes" aria-label="Wishes that were found">
      ${shown.map((wish, index) => html`
        <li key=${wish.id}>
          <${Card} wish=${wish} edit=${() => edit(wish)} remove=${() => remove(wish, index)} />
        </li>
      `)}
    </ul>
  `;
}

function Waiting() {
  return html`
    <ul class="wishes waiting" aria-hidden="true">
      ${Array.from({ length: 6 }, () => html`<li><span class="skeleton" /></li>`)}
    </ul>
  `;
}

function Empty({ create }) {
  return html`
    <section class="no-wishes">
      <div class="no-wishes-picture" aria-hidden="true"><i /><i /><i /></div>
      <h2>Nothing to wish for?</h2>
      <p>Sets, parts, tools, a book: whatever you would like to have one day, in the order you would like it.</p>
      <button type="button" class="button" onClick=${create}>Add the first wish</button>
    </section>
  `;
}

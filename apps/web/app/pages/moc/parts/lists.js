// The parts lists of a MOC, one at a time.
import { html, useEffect, useRef } from '../../../html.js';
import { match } from '../../../matching.js';
import { pages } from '../../../pages.js';
import { removed } from '../../../removing.js';
import { styles } from '../../../styles.js';
import { Problem } from '../../../ui/problem.js';
import { listAddress } from '../moc.js';
import { again, problem, show, state } from './lines.js';
import { Parts } from './parts.js';
import { Summary } from './summary.js';
import { resume } from './ticks.js';

await styles(import.meta.url, './parts.css');

/** `chosen` is the id of the list to show; the newest when it is none of the MOC's. */
export function PartsLists({ moc, chosen, choose }) {
  useEffect(resume, []);
  const lists = moc.partsLists.filter((list) => !removed.value.has(listAddress(list)));
  const list = lists.find((one) => one.id === chosen) ?? lists[0];
  const add = match(pages, '/add');
  return html`
    <section class="moc-part" aria-labelledby="moc-parts">
      <h2 id="moc-parts">Parts</h2>
      ${!list && html`
        <p class="moc-nothing">
          No parts list yet. ${add && html`<a href=${`/add?moc=${moc.id}`}>Add one</a>`} and tick off what you have.
        </p>
      `}
      ${lists.length > 1 && html`<${Tabs} lists=${lists} list=${list} choose=${choose} />`}
      ${list && html`<${One} key=${list.id} list=${list} tabs=${lists.length > 1} />`}
    </section>
  `;
}

function Tabs({ lists, list, choose }) {
  const element = useRef(null);
  const key = (event) => {
    const at = lists.indexOf(list);
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: lists.length - 1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const next = (steps[event.key] + lists.length) % lists.length;
    choose(lists[next].id);
    element.current.children[next].focus();
  };
  return html`
    <div ref=${element} class="tabs" role="tablist" aria-label="Parts lists" onKeyDown=${key}>
      ${lists.map((one) => html`
        <button key=${one.id} type="button" role="tab" id=${`tab-${one.id}`} aria-selected=${one === list}
          aria-controls="parts-panel" tabindex=${one === list ? 0 : -1} onClick=${() => choose(one.id)}>
          ${one.title}
        </button>
      `)}
    </div>
  `;
}

function One({ list, tabs }) {
  useEffect(() => {
    show(list.mocId, list.id);
  }, [list.id]);
  const role = tabs ? { role: 'tabpanel', 'aria-labelledby': `tab-${list.id}` } : {};
  return html`
    <div id="parts-panel" ...${role}>
      <${Summary} list=${list} />
      ${state.value === 'failed' && html`<${Problem} problem=${problem.value} again=${again} />`}
      <${Parts} list=${list} />
    </div>
  `;
}

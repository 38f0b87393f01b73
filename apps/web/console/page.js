// The console: what goes on behind the pages, live. Only `dev` has it.
import { html, signal, useEffect, useRef } from '../app/html.js';
import { replace } from '../app/router.js';
import { styles } from '../app/styles.js';
import { useShortcuts } from '../app/ui/shortcuts.js';
import { clear, held, lines, lost, open, pause, paused, requests, state } from './feed.js';
import { Log } from './log.js';
import { keepLooking, looks } from './looks.js';
import { Mail } from './mail.js';
import { Outbox } from './outbox.js';
import { Queues } from './queues.js';
import { Requests } from './requests.js';

await styles(import.meta.url, './console.css');

const PANES = [
  { name: 'requests', label: 'Requests', Pane: Requests, count: () => requests.value.length },
  { name: 'queues', label: 'Queues', Pane: Queues, count: () => inQueues(looks.queues.value) },
  { name: 'log', label: 'Log', Pane: Log, count: () => lines.value.length },
  { name: 'outbox', label: 'Outbox', Pane: Outbox, count: () => looks.outbox.value?.count },
  { name: 'mail', label: 'Mail', Pane: Mail, count: () => looks.mail.value?.count },
];
const STATES = { connecting: 'Connecting …', live: 'Live', away: 'The gateway is away; trying again …' };
const filter = signal('');

export default function Console({ query }) {
  const chosen = PANES.find(({ name }) => name === query.get('pane')) ?? PANES[0];
  const input = useRef(null);
  const show = ({ name }) => replace(`/console?pane=${name}`);
  useShortcuts([
    ...PANES.map((pane, index) => ({ key: String(index + 1), label: pane.label, run: () => show(pane) })),
    { key: '/', label: 'Filter', run: () => input.current.focus() },
    { key: 'p', label: 'Pause, and go on', run: () => pause(!paused.peek()) },
    { key: 'c', label: 'Clear', run: clear },
    { key: '↑ ↓', label: 'From row to row' },
    { key: 'Enter', label: 'Open or close a row' },
  ]);
  useEffect(open, []);
  useEffect(() => keepLooking(chosen.name, paused), [chosen.name]);
  const { Pane } = chosen;
  return html`
    <div class="console">
      <header class="console-head">
        <h1>Console</h1>
        <${State} />
        <${Tools} input=${input} />
      </header>
      <${Tabs} chosen=${chosen} show=${show} />
      <section id="pane" role="tabpanel" aria-labelledby=${`tab-${chosen.name}`}>
        <${Pane} key=${chosen.name} filter=${filter.value.trim().toLowerCase()} />
      </section>
    </div>
  `;
}

function State() {
  const words = paused.value ? `Paused${held.value ? `, ${held.value} wait` : ''}` : STATES[state.value];
  return html`
    <p class=${`console-state ${paused.value ? 'paused' : state.value}`} role="status">
      ${words}${lost.value > 0 && ` · ${lost.value} went by unseen`}
    </p>
  `;
}

function Tools({ input }) {
  const key = (event) => {
    if (event.key !== 'Escape') return;
    filter.value = '';
    input.current.blur();
  };
  return html`
    <div class="console-tools">
      <label class="hidden" for="console-filter">Filter</label>
      <input id="console-filter" ref=${input} type="search" placeholder="Filter" autocomplete="off"
        value=${filter.value} onInput=${(event) => (filter.value = event.target.value)} onKeyDown=${key} />
      <button type="button" class="button quiet small" onClick=${() => pause(!paused.value)}>
        ${paused.value ? 'Go on' : 'Pause'}
      </button>
      <button type="button" class="button quiet small" onClick=${clear}>Clear</button>
    </div>
  `;
}

function Tabs({ chosen, show }) {
  const move = (event) => {
    const at = PANES.indexOf(chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = PANES.at(to % PANES.length);
    show(next);
    document.getElementById(`tab-${next.name}`).focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label="What is shown" onKeyDown=${move}>
      ${PANES.map((pane) => html`<${Tab} key=${pane.name} pane=${pane} chosen=${pane === chosen} show=${show} />`)}
    </div>
  `;
}

function Tab({ pane, chosen, show }) {
  const count = pane.count();
  return html`
    <button type="button" role="tab" id=${`tab-${pane.name}`} aria-selected=${chosen} aria-controls="pane"
      tabindex=${chosen ? 0 : -1} onClick=${() => show(pane)}>
      ${pane.label}${count !== undefined && html` <span class="count">${count.toLocaleString('en')}</span>`}
    </button>
  `;
}

/** Messages that are not done, dead ones too. */
function inQueues(found) {
  return found?.rows?.reduce((sum, { waiting, inFlight, dead }) => sum + waiting + inFlight + dead, 0);
}

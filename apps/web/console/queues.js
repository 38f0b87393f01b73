// The queues: how many messages are where, and those that were delivered, the newest first.
import { html } from '../app/html.js';
import { messages } from './feed.js';
import { Lines } from './log.js';
import { looks } from './looks.js';
import { Rows } from './rows.js';
import { Waterfall } from './waterfall.js';
import { clock, length } from './words.js';

export function Queues({ filter }) {
  const found = looks.queues.value;
  return html`
    ${found?.problem && html`<p class="away" role="alert">${found.problem}</p>`}
    ${found?.rows && html`
      <ul class="queues" aria-label="Queues">
        ${found.rows.map((queue) => html`<${Queue} key=${queue.name} ...${queue} />`)}
      </ul>
    `}
    <${Rows} kind="messages" label="Messages" heads=${['Time', 'Queue', 'About', 'Result', 'Took', 'Function']}
      entries=${messages.value} filter=${filter} Face=${Face} Detail=${Detail}
      empty="No message was delivered yet. Uploads and changes send some." />
  `;
}

function Queue({ name, waiting, inFlight, dead }) {
  return html`
    <li>
      <h3>${name}</h3>
      <dl>
        <div><dt>Waiting</dt><dd>${waiting}</dd></div>
        <div><dt>In flight</dt><dd>${inFlight}</dd></div>
        <div class=${dead ? 'dead' : ''}><dt>Dead letters</dt><dd>${dead}</dd></div>
      </dl>
    </li>
  `;
}

function Face({ entry }) {
  return html`
    <span class="time">${clock(entry.at)}</span>
    <span class="method">${entry.queue.replace('mocshelf-', '')}</span>
    <span class="what">${entry.about}</span>
    <span class=${`status ${entry.done ? 's2' : 's5'}`}>${entry.done ? 'done' : 'failed'}</span>
    <span class="took">${length(entry.ms)}</span>
    <span class="function">${entry.function}${entry.cold && html` <b class="cold">cold</b>`}</span>
  `;
}

function Detail({ entry }) {
  return html`
    ${entry.reason && html`<p class="wrong">${entry.reason}</p>`}
    <${Waterfall} ms=${entry.ms} spans=${entry.spans} />
    <dl class="particulars">
      <div><dt>Message</dt><dd><code>${entry.id}</code></dd></div>
      <div><dt>Attempt</dt><dd>${entry.attempt}</dd></div>
      <div><dt>Batch</dt><dd>${entry.batch === 1 ? 'alone' : `one of ${entry.batch}`}</dd></div>
    </dl>
    <${Lines} ids=${[entry.id, entry.request]} />
  `;
}

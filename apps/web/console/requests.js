// The requests to the API, the newest first, each with its waterfall and its lines in the log.
import { html } from '../app/html.js';
import { Copy } from './copy.js';
import { requests } from './feed.js';
import { Lines } from './log.js';
import { Rows } from './rows.js';
import { Waterfall } from './waterfall.js';
import { clock, length } from './words.js';

export function Requests({ filter }) {
  return html`
    <${Rows} kind="requests" label="Requests" heads=${['Time', 'Method', 'Route', 'Status', 'Took', 'Function']}
      entries=${requests.value} filter=${filter} Face=${Face} Detail=${Detail}
      empty="No requests yet. Use the app in another tab, and they appear here." />
  `;
}

function Face({ entry }) {
  return html`
    <span class="time">${clock(entry.at)}</span>
    <span class="method">${entry.method}</span>
    <span class="what">${routeOf(entry)}</span>
    <span class=${`status s${Math.floor(entry.status / 100)}`}>${entry.status}</span>
    <span class="took">${length(entry.ms)}</span>
    <span class="function">${entry.function ?? 'gateway'}${entry.cold && html` <b class="cold">cold</b>`}</span>
  `;
}

function Detail({ entry }) {
  return html`
    <${Waterfall} ms=${entry.ms} spans=${entry.spans} />
    <dl class="particulars">
      <div><dt>Path</dt><dd><code>${entry.path}</code></dd></div>
      <div>
        <dt>Request</dt>
        <dd><code>${entry.id}</code> <${Copy} text=${entry.id} label="Copy the request’s id" /></dd>
      </div>
      ${entry.user && html`<div><dt>User</dt><dd><code>${entry.user}</code></dd></div>`}
      <div><dt>Process</dt><dd>${processOf(entry)}</dd></div>
    </dl>
    <${Lines} ids=${[entry.id]} />
  `;
}

/** The route is `GET /api/mocs/{moc_id}`, or `$default` for what none fits. */
function routeOf({ route, path }) {
  const [, pattern] = (route ?? '').split(' ');
  return pattern ?? path;
}

function processOf({ spans, cold }) {
  if (!spans.length) return 'none was needed';
  return cold ? 'cold: this was its first event' : 'warm';
}

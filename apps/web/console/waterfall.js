// What a request did when: a bar for each part, on the time of the whole.
import { html } from '../app/html.js';
import { length } from './words.js';

const NARROWEST = 0.4;

/** `ms` is the whole's; the parts' beginnings and lengths are milliseconds too. */
export function Waterfall({ ms, spans }) {
  if (!spans.length) return html`<p class="fine">The gateway answered by itself; no function ran.</p>`;
  const whole = Math.max(ms, ...spans.map((span) => span.start + span.ms), 0.01);
  return html`
    <table class="waterfall">
      <caption class="hidden">Parts of the ${length(ms)}</caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Took</th>
          <th scope="col"><span>0</span><span>${length(whole)}</span></th>
        </tr>
      </thead>
      <tbody>
        ${spans.map((span, index) => html`
          <tr key=${index} class=${`part of-${kindOf(span)} ${span.failed ? 'failed' : ''}`}>
            <th scope="row">${span.name}${span.failed && html` <em>failed</em>`}</th>
            <td>${length(span.ms)}</td>
            <td title=${`begins after ${length(span.start)}`}><i style=${place(span, whole)} /></td>
          </tr>
        `)}
      </tbody>
    </table>
  `;
}

function kindOf({ name }) {
  const [kind] = name.split(/[. ]/);
  return ['waiting', 'function', 'database', 'cache', 'search', 'storage', 'queue'].includes(kind) ? kind : 'other';
}

function place({ start, ms }, whole) {
  const width = Math.max((ms / whole) * 100, NARROWEST);
  return { marginLeft: `${Math.min((start / whole) * 100, 100 - NARROWEST)}%`, width: `${width}%` };
}

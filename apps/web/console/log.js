// What the functions have written, the newest first; and the lines of one request.
import { html, signal } from '../app/html.js';
import { lines } from './feed.js';
import { hasLevel, LEVELS } from './lines.js';
import { Rows } from './rows.js';
import { clock } from './words.js';

const level = signal('');

export function Log({ filter }) {
  return html`
    <label class="level-choice">
      <span>Level</span>
      <select value=${level.value} onChange=${(event) => (level.value = event.target.value)}>
        ${LEVELS.map(({ name, label }) => html`
          <option key=${name} value=${name} selected=${name === level.value}>${label}</option>
        `)}
      </select>
    </label>
    <${Rows} kind="lines" label="Log" heads=${['Time', 'Level', 'Event', 'Function']} filter=${filter}
      entries=${lines.value.filter((line) => hasLevel(line, level.value))} Face=${Face} Detail=${Detail}
      empty=${level.value ? 'Nothing of this level was written.' : 'No function has written anything yet.'} />
  `;
}

/** The lines with one of these request ids, in the order in which they were written. */
export function Lines({ ids }) {
  const found = lines.value.filter(({ requestId }) => ids.includes(requestId)).reverse();
  if (!found.length) return html`<p class="fine">No line of the log is about it.</p>`;
  return html`
    <ol class="own-lines" aria-label="Its log">
      ${found.map((entry) => html`
        <li key=${entry.key}><${Face} entry=${entry} /><${Trace} trace=${entry.trace} /></li>
      `)}
    </ol>
  `;
}

function Face({ entry }) {
  return html`
    <span class="time">${clock(entry.at)}</span>
    <span class=${`level ${entry.level}`}>${entry.level}</span>
    <span class="what">
      <b>${entry.event}</b>${entry.problem && html` <em>${entry.problem}</em>`} ${entry.facts.map(fact).join(' ')}
    </span>
    <span class="function">${entry.function}</span>
  `;
}

function Detail({ entry }) {
  return html`
    <dl class="particulars">
      ${entry.requestId && html`<div><dt>Request</dt><dd><code>${entry.requestId}</code></dd></div>`}
      ${entry.problem && html`<div><dt>Problem</dt><dd>${entry.problem}</dd></div>`}
      ${entry.facts.map(([name, value]) => html`
        <div key=${name}><dt>${name}</dt><dd><code>${text(value)}</code></dd></div>
      `)}
    </dl>
    <${Trace} trace=${entry.trace} />
    ${!entry.facts.length && !entry.trace && !entry.requestId && html`<pre tabindex="0">${entry.event}</pre>`}
  `;
}

function Trace({ trace }) {
  // Who uses the keyboard scrolls what has the focus.
  return trace ? html`<pre tabindex="0">${trace}</pre>` : null;
}

function fact([name, value]) {
  return `${name}=${text(value)}`;
}

function text(value) {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

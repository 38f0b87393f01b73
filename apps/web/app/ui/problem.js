// A failure where content would be, with a way on.
import { html } from '../html.js';

/** `again` tries again; without it there is nothing to do but read. */
export function Problem({ problem, again }) {
  return html`
    <div class="problem" role="alert">
      <h2>That did not work</h2>
      <p>${problem.message}</p>
      ${problem.requestId && html`<p class="fine">Request <code>${problem.requestId}</code></p>`}
      ${again && html`<button type="button" class="button" onClick=${again}>Try again</button>`}
    </div>
  `;
}

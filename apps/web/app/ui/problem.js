// A failure where content would be, with a way on.
import { html, useEffect, useRef } from '../html.js';

/** `again` tries again, as it does by itself with a new connection; without it there is nothing to do but read. */
export function Problem({ problem, again }) {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    const connected = () => latest.current?.();
    addEventListener('online', connected);
    return () => removeEventListener('online', connected);
  }, []);
  return html`
    <div class="problem" role="alert">
      <h2>That did not work</h2>
      <p>${problem.message}</p>
      ${problem.requestId && html`<p class="fine">Request <code>${problem.requestId}</code></p>`}
      ${again && html`<button type="button" class="button" onClick=${again}>Try again</button>`}
    </div>
  `;
}

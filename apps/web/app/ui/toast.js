// Short messages over the page, one of which may be taken back.
import { html, signal } from '../html.js';

export const SECONDS = 8;
const toasts = signal([]);
let last = 0;

/** Shows a message; with `undo`, a button that takes back what was done. Returns what takes the message away. */
export function say(message, { undo, label = 'Undo' } = {}) {
  last += 1;
  const toast = { id: last, message, undo, label };
  const away = () => {
    toasts.value = toasts.value.filter((one) => one.id !== toast.id);
  };
  toasts.value = [...toasts.value.slice(-2), { ...toast, away }];
  setTimeout(away, SECONDS * 1000);
  return away;
}

export function Toasts() {
  return html`
    <div class="toasts" role="status" aria-label="Messages">
      ${toasts.value.map((toast) => html`<${Toast} key=${toast.id} ...${toast} />`)}
    </div>
  `;
}

function Toast({ message, undo, label, away }) {
  const takeBack = () => {
    away();
    undo();
  };
  return html`
    <div class="toast">
      <p>${message}</p>
      ${undo && html`<button type="button" onClick=${takeBack}>${label}</button>`}
      <button type="button" aria-label="Close this message" onClick=${away}>×</button>
    </div>
  `;
}

// A button with a panel below it. The browser closes it on Escape and on a click elsewhere.
import { html, useMemo } from '../html.js';

let last = 0;

/** `face` is what the button shows, `label` what it is called. A button in the panel closes it. */
export function Menu({ label, face, children }) {
  const id = useMemo(() => `menu-${(last += 1)}`, []);
  const close = (event) => {
    if (event.target.closest('button, a')) event.currentTarget.hidePopover();
  };
  return html`
    <div class="menu">
      <button type="button" class="face" popovertarget=${id}>
        <span class="hidden">${label}</span><span aria-hidden="true">${face}</span>
      </button>
      <div id=${id} class="panel" popover onClick=${close}>${children}</div>
    </div>
  `;
}

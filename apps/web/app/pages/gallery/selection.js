// Which images are selected, and from where a range begins.
import { signal } from '../../html.js';

export const selected = signal(new Set());
let anchor = null;

export function toggle(id) {
  const next = new Set(selected.peek());
  if (!next.delete(id)) next.add(id);
  anchor = id;
  selected.value = next;
}

/** Selects everything between the last that was touched and this one. */
export function extend(ids, id) {
  const start = ids.indexOf(anchor);
  if (start === -1) {
    toggle(id);
    return;
  }
  const end = ids.indexOf(id);
  selected.value = new Set([...selected.peek(), ...ids.slice(Math.min(start, end), Math.max(start, end) + 1)]);
}

export function all(ids) {
  selected.value = new Set(ids);
}

/** Selects nothing, as when something was done with it; the focus goes back to the photos. */
export async function finish() {
  none();
  await new Promise(requestAnimationFrame);
  const lost = document.activeElement === document.body;
  if (lost) document.querySelector('.photos button[tabindex="0"]')?.focus({ preventScroll: true });
}

export function none() {
  anchor = null;
  if (selected.peek().size > 0) selected.value = new Set();
}

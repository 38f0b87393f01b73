// A modal dialog: the browser keeps the focus inside and gives it back.
import { html, useEffect, useRef } from '../html.js';

/** Shown while `open`; `onClose` hears of Escape, the button and a click beside it. */
export function Dialog({ open, title, onClose, children }) {
  const element = useRef(null);
  useEffect(() => {
    const dialog = element.current;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  const outside = (event) => {
    if (event.target === element.current) onClose();
  };
  return html`
    <dialog ref=${element} aria-label=${title} onClose=${onClose} onClick=${outside}>
      <div class="inside">
        <header>
          <h2>${title}</h2>
          <button type="button" class="close" aria-label="Close" onClick=${onClose}>×</button>
        </header>
        ${children}
      </div>
    </dialog>
  `;
}

// The keyboard shortcuts of the page that is shown, and the list of them that `?` opens.
import { effect, html, signal, useEffect } from '../html.js';
import { Dialog } from './dialog.js';

const open = signal(false);
const active = signal([]);

export function openShortcuts() {
  open.value = true;
}

/** Has these shortcuts while the component is there: `{key, label, run}`; without `run` it is only told of. */
export function useShortcuts(shortcuts) {
  useEffect(() => {
    active.value = [...active.peek(), ...shortcuts];
    return () => {
      active.value = active.peek().filter((one) => !shortcuts.includes(one));
    };
  }, []);
}

addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable], dialog');
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const found = [...active.peek(), { key: '?', run: openShortcuts }].find((one) => one.key === event.key && one.run);
  if (!found) return;
  event.preventDefault();
  found.run();
});

// A list that is open while its page goes away would be about another page.
effect(() => {
  if (active.value.length === 0) open.value = false;
});

export function Shortcuts() {
  return html`
    <${Dialog} open=${open.value} title="Keyboard shortcuts" onClose=${() => (open.value = false)}>
      <dl class="shortcuts">
        ${[...active.value, { key: '?', label: 'This list' }].map(
          ({ key, label }) => html`<div><dt><kbd>${key}</kbd></dt><dd>${label}</dd></div>`,
        )}
      </dl>
    <//>
  `;
}

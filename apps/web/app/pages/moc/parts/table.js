// The table of a parts list. Ten thousand lines are as quick as ten: only what is in sight is in the document.
import { html, signal, useLayoutEffect, useRef, useSignal } from '../../../html.js';
import { Row } from './row.js';

const ROW_PIXELS = 60;
const NARROW_ROW_PIXELS = 84;
// Lines above and below the window that are there already when they are scrolled to.
const AHEAD = 10;
const narrow = matchMedia('(max-width: 40rem)');

/** The id of the line that Tab leads to. */
const current = signal(null);

export function Table({ lines }) {
  const element = useRef(null);
  // The index that is to have the focus once it is in the document.
  const focus = useRef(null);
  const seen = useSignal({ first: 0, last: 2 * AHEAD });
  const height = useSignal(narrow.matches ? NARROW_ROW_PIXELS : ROW_PIXELS);

  useLayoutEffect(() => {
    const measure = () => {
      height.value = narrow.matches ? NARROW_ROW_PIXELS : ROW_PIXELS;
      const { top } = element.current.getBoundingClientRect();
      const first = Math.floor(-top / height.value) - AHEAD;
      const last = Math.ceil((innerHeight - top) / height.value) + AHEAD;
      const before = seen.peek();
      if (first !== before.first || last !== before.last) seen.value = { first, last };
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    // What is above the table may change its height.
    const watching = new ResizeObserver(measure);
    watching.observe(document.body);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
      watching.disconnect();
    };
  }, []);

  const at = Math.max(0, lines.findIndex((line) => line.id === current.value));
  // The line that was at the place of the one that went takes its turn.
  const last = useRef(at);
  if (lines[at].id !== current.value) current.value = lines[Math.min(last.current, lines.length - 1)].id;
  last.current = lines.findIndex((line) => line.id === current.value);
  const turn = last.current;

  // At once: the next key is for the row that this one has led to.
  useLayoutEffect(() => {
    const lost = hadFocus(element.current) && !document.activeElement?.closest('.parts-table');
    if (focus.current === null && !lost) return;
    const box = element.current.querySelector(`[data-line="${focus.current ?? turn}"] input[type=checkbox]`);
    focus.current = null;
    box?.focus({ preventScroll: true });
  });

  const to = (index) => {
    const next = Math.max(0, Math.min(lines.length - 1, index));
    focus.current = next;
    current.value = lines[next].id;
    intoView(element.current, next * height.value, height.value);
  };
  const key = (event) => {
    if (event.target.type !== 'checkbox' || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(innerHeight / height.value) - 4);
    const steps = {
      ArrowDown: turn + 1,
      ArrowUp: turn - 1,
      PageDown: turn + page,
      PageUp: turn - page,
      Home: 0,
      End: lines.length - 1,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    to(steps[event.key]);
  };

  const indices = [];
  const end = Math.min(lines.length - 1, seen.value.last);
  for (let index = Math.max(0, seen.value.first); index <= end; index += 1) indices.push(index);
  // Whoever scrolls away keeps their place.
  if (!indices.includes(turn)) indices.push(turn);
  return html`
    <p id="parts-keys" class="hidden">Arrow keys move, space ticks a part off, plus and minus count its pieces.</p>
    <div class="parts-table" role="table" aria-label="Parts" aria-describedby="parts-keys"
      aria-rowcount=${lines.length + 1} onKeyDown=${key}>
      <div class="parts-head" role="row" aria-rowindex="1">
        <span role="columnheader">Have</span>
        <span role="columnheader">Part</span>
        <span role="columnheader">Pieces</span>
      </div>
      <div ref=${element} class="parts-rows" role="rowgroup" style=${{ height: `${lines.length * height.value}px` }}>
        ${indices.map((index) => html`
          <${Row} key=${lines[index].id} line=${lines[index]} index=${index} top=${index * height.value}
            height=${height.value} turn=${index === turn} enter=${() => (current.value = lines[index].id)} />
        `)}
      </div>
    </div>
  `;
}

let focused = null;
addEventListener('focusin', ({ target }) => {
  focused = target.closest?.('.parts-rows') ?? null;
});

/** Whether the focus was in the rows when the row that had it went: then the browser has put it nowhere. */
function hadFocus(rows) {
  return focused === rows && document.activeElement === document.body;
}

function intoView(rows, offset, height) {
  const header = document.querySelector('.top')?.offsetHeight ?? 0;
  const top = rows.getBoundingClientRect().top + offset;
  if (top < header + height) scrollBy(0, top - header - height);
  else if (top + 2 * height > innerHeight) scrollBy(0, top + 2 * height - innerHeight);
}

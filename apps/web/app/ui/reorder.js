// A list that users put into another order: items are dragged, or picked up and moved with keys.
import { html, useEffect, useMemo, useRef, useSignal } from '../html.js';
import { styles } from '../styles.js';
import { Drag } from './drag.js';
import { landing, step } from './steps.js';

await styles(import.meta.url, './reorder.css');

const KEYS = 'Space picks up, arrow keys move, Space puts down, Escape puts back.';
const DOTS = [4, 10, 16].flatMap((y) => [[4, y], [12, y]]);
let last = 0;

/**
 * The items as a list, each drawn by `children(item, handle)`; `handle` is the button that moves it. A mouse drags by
 * whatever does nothing else, and by what has the class `grip`.
 *
 * `name(item)` is what an item is called; `move(from, to)` hears of a new order. Other properties are the list's own.
 */
export function Reorder({ items, name, move, children, ...list }) {
  const element = useRef(null);
  const told = useSignal('');
  const held = useSignal(null);
  const id = useMemo(() => `reorder-${(last += 1)}`, []);
  const latest = useRef(null);
  latest.current = { items, name, move };

  const drag = useMemo(() => {
    const place = ({ to }) => `place ${to + 1} of ${latest.current.items.length}`;
    const called = ({ from }) => latest.current.name(latest.current.items[from]);
    return new Drag(element, {
      lifted: (lift) => (told.value = `${called(lift)} is picked up, ${place(lift)}. ${KEYS}`),
      over: (lift) => (told.value = `${called(lift)}: ${place(lift)}.`),
      dropped: (lift) => {
        told.value = `${called(lift)} is put down, ${place(lift)}.`;
        held.value = null;
        if (lift.to !== lift.from) latest.current.move(lift.from, lift.to);
      },
      returned: (lift) => {
        told.value = `${called(lift)} is put back, ${place({ to: lift.from })}.`;
        held.value = null;
      },
    });
  }, []);
  const ids = items.map((item) => item.id);
  const before = useRef(ids);
  useEffect(() => {
    const more = before.current.every((one, index) => one === ids[index]);
    before.current = ids;
    if (more) drag.grow();
    // Whatever is held would be put down between items that are not there any more.
    else drag.cancel();
  }, [ids.join()]);
  useEffect(() => () => drag.cancel(), []);

  const handle = (item, index) => {
    const toggle = async () => {
      if (held.value !== item.id) {
        drag.cancel();
        held.value = item.id;
        drag.lift(index);
        return;
      }
      drag.drop();
      // The button may be another place's now, and has lost the focus on the way.
      await new Promise(requestAnimationFrame);
      element.current?.querySelector(`[data-handle="${item.id}"]`)?.focus();
    };
    const key = (event) => {
      if (held.value !== item.id) return;
      if (event.key === 'Escape') drag.cancel();
      const by = step(event.key, [...element.current.children], drag.to);
      if (by !== null) drag.over(landing(drag.to, by, items.length));
      if (by !== null || event.key === 'Escape') event.preventDefault();
    };
    const leave = () => {
      if (held.value === item.id) drag.cancel();
    };
    return html`
      <button type="button" class="handle" data-handle=${item.id} aria-label=${`Move ${name(item)}`}
        aria-describedby=${id} aria-pressed=${held.value === item.id} onClick=${toggle} onKeyDown=${key}
        onBlur=${leave}>
        <svg viewBox="0 0 16 20" width="16" height="20" aria-hidden="true">
          ${DOTS.map(([x, y]) => html`<circle cx=${x} cy=${y} r="1.700" fill="currentColor" />`)}
        </svg>
      </button>
    `;
  };
  // The end of a drag is a click as well.
  const click = (event) => drag.justDragged && event.stopPropagation();
  return html`
    <ul ref=${element} ...${list} onPointerDown=${drag.begin} onClickCapture=${click}
      onDragStart=${(event) => event.preventDefault()}>
      ${items.map((item, index) => html`<li key=${item.id}>${children(item, handle(item, index))}</li>`)}
    </ul>
    <p id=${id} class="hidden">${KEYS}</p>
    <p class="hidden" aria-live="assertive">${told}</p>
  `;
}

/** The list with the item at one place moved to another. */
export function moved(list, from, to) {
  const others = list.toSpliced(from, 1);
  return others.toSpliced(to, 0, list[from]);
}

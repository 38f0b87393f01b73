// The images as an even grid. One Tab leads to it; arrow keys from one to the next, with Shift selecting on the way.
import { cloneElement, html, signal, useComputed, useEffect, useRef } from '../../html.js';
import { openLightbox } from '../../ui/lightbox.js';
import { Reorder } from '../../ui/reorder.js';
import { landing, step } from '../../ui/steps.js';
import { incomplete, more } from './images.js';
import { reorder } from './order.js';
import { all, extend, none, selected, toggle } from './selection.js';

const LONG_PRESS_MILLISECONDS = 450;
const focused = signal(null);

/**
 * `stale`: these are still those of the search before. `movable`: the user gives the order. `remove` hears of the
 * Delete key.
 */
export function Photos({ list, stale, movable, remove }) {
  const images = list.images.value;
  const ids = images.map(({ id }) => id);
  if (!ids.includes(focused.peek())) focused.value = ids[0];
  useSelectionKeys(ids);

  const open = (image) => openLightbox(images.map(slide), images.indexOf(image));
  const move = (event) => {
    const item = event.target.closest('li');
    const items = [...event.currentTarget.children];
    const at = items.indexOf(item);
    const image = images[at];
    const by = step(event.key, items, at);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    // The keys of a photo that is picked up are its handle's.
    if (!plain || !image || event.defaultPrevented) return;
    if (event.key === 'x') toggle(image.id);
    else if (event.key === 'Delete' && selected.peek().size > 0) remove();
    else if (by !== null) {
      const to = landing(at, by, items.length);
      if (event.shiftKey && selected.peek().size === 0) toggle(image.id);
      if (event.shiftKey) extend(ids, ids[to]);
      items[to].querySelector('button').focus();
    } else return;
    event.preventDefault();
  };
  const grid = {
    class: stale ? 'photos stale' : 'photos',
    'aria-label': 'Photos',
    'aria-describedby': 'photo-keys',
    onKeyDown: move,
  };
  const draw = (image, handle = null) => html`<${Photo} image=${image} ids=${ids} open=${open} handle=${handle} />`;
  return html`
    ${movable && images.length > 1
      ? html`
        <${Reorder} ...${grid} items=${images} name=${({ title }) => title}
          move=${(from, to) => reorder(list, from, to)}>
          ${draw}
        <//>
      `
      : html`<ul ...${grid}>${images.map((image) => html`<li key=${image.id}>${draw(image)}</li>`)}</ul>`}
    <p id="photo-keys" class="hidden">
      Arrow keys move between the photos, with Shift they select, X selects one, Enter opens one.
    </p>
    ${list.state.value !== 'failed' && incomplete(list) && html`<${End} key=${images.length} list=${list} />`}
  `;
}

function slide({ imageUrl, title, description }) {
  return { address: imageUrl, title, caption: description };
}

/** `handle` moves it, where it can be moved; the photo itself is then a grip as well. */
function Photo({ image, ids, open, handle }) {
  const { id, title, thumbnailUrl } = image;
  const chosen = useComputed(() => selected.value.has(id));
  const look = useComputed(() => (selected.value.has(id) ? 'cell chosen' : 'cell'));
  const tabIndex = useComputed(() => (focused.value === id ? 0 : -1));
  const press = useLongPress(() => toggle(id));

  const click = (event) => {
    if (press.wasLong()) return;
    if (event.shiftKey) extend(ids, id);
    else if (event.ctrlKey || event.metaKey || selected.peek().size > 0) toggle(id);
    else open(image);
  };
  const check = (event) => {
    if (event.shiftKey) extend(ids, id);
    else toggle(id);
    // A range may have selected it before: the box shows what is selected, whatever the browser has made of it.
    event.currentTarget.checked = selected.peek().has(id);
  };
  return html`
    <div class=${look} onFocusIn=${() => (focused.value = id)}>
      <button type="button" class=${handle ? 'photo grip' : 'photo'} tabindex=${tabIndex} onClick=${click}
        ...${press.events}>
        <img src=${thumbnailUrl} alt=${title} loading="lazy" decoding="async" draggable=${false} />
        <span class="name" aria-hidden="true">${title}</span>
      </button>
      <input type="checkbox" class="choose" aria-label=${`Select ${title}`} tabindex=${tabIndex} checked=${chosen}
        onClick=${check} />
      ${handle && cloneElement(handle, { tabindex: tabIndex })}
    </div>
  `;
}

/** A finger that stays for a moment; `wasLong` tells whether the click that follows is only its end. */
function useLongPress(run) {
  const state = useRef({ timer: 0, long: false }).current;
  const stop = () => clearTimeout(state.timer);
  const start = (event) => {
    state.long = false;
    if (event.pointerType !== 'touch') return;
    state.timer = setTimeout(() => {
      state.long = true;
      navigator.vibrate?.(10);
      run();
    }, LONG_PRESS_MILLISECONDS);
  };
  // The browser has a menu for a long press on pictures.
  const menu = (event) => event.pointerType === 'touch' && event.preventDefault();
  const events = {
    onPointerDown: start,
    onPointerUp: stop,
    onPointerCancel: stop,
    onPointerMove: (event) => Math.hypot(event.movementX, event.movementY) > 6 && stop(),
    onContextMenu: menu,
  };
  return { events, wasLong: () => state.long };
}

/** Ctrl+A and Escape, wherever the focus is on the page. */
function useSelectionKeys(ids) {
  const latest = useRef(ids);
  latest.current = ids;
  useEffect(() => {
    const key = (event) => {
      if (event.target.closest?.('input:not([type=checkbox]), textarea, select, dialog')) return;
      if (event.defaultPrevented) return;
      if (event.key === 'Escape' && selected.peek().size > 0) none();
      else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) all(latest.current);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, []);
}

/** Loads more before it comes into view. */
function End({ list }) {
  const element = useRef(null);
  useEffect(() => {
    const load = ([entry]) => entry.isIntersecting && more(list);
    const watching = new IntersectionObserver(load, { rootMargin: '1200px' });
    watching.observe(element.current);
    return () => watching.disconnect();
  }, []);
  return html`<p ref=${element} class="loading"><span class="spinner" />More …</p>`;
}

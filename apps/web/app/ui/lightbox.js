// Pictures one by one over the whole window: arrows or swipes to the next, a click looks closer, Escape closes.
import { html, render, signal, useEffect, useLayoutEffect, useRef, useSignal } from '../html.js';
import { styles } from '../styles.js';

await styles(import.meta.url, './lightbox.css');

const STILL_PIXELS = 8;
const SWIPE_PIXELS = 60;
const CLOSER = 2.5;
const shown = signal(null);
let mounted = false;

/**
 * Shows one of the pictures, `{address, title, caption}` each. `actions` are `{label, run}` below it; `run` gets the
 * index once the pictures are closed.
 */
export function openLightbox(items, index = 0, { actions = [] } = {}) {
  if (!mounted) {
    const host = document.createElement('div');
    document.body.append(host);
    render(html`<${Lightbox} />`, host);
    mounted = true;
  }
  shown.value = { items, index, actions };
}

function close() {
  shown.value = null;
}

function go(by) {
  const { items, index, actions } = shown.peek();
  const to = index + by;
  if (to >= 0 && to < items.length) shown.value = { items, index: to, actions };
}

function Lightbox() {
  const element = useRef(null);
  const open = shown.value !== null;
  useEffect(() => {
    if (open && !element.current.open) element.current.showModal();
    if (!open && element.current.open) element.current.close();
  }, [open]);
  // The page below may go away, by the history.
  useEffect(() => {
    addEventListener('popstate', close);
    return () => removeEventListener('popstate', close);
  }, []);
  const key = (event) => {
    const { items, index } = shown.peek();
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -index, End: items.length - 1 - index }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    go(by);
  };
  return html`
    <dialog ref=${element} class="lightbox" aria-label="Photo" onClose=${close} onKeyDown=${key}>
      ${open && html`<${Inside} ...${shown.value} />`}
    </dialog>
  `;
}

function Inside({ items, index, actions }) {
  const many = items.length > 1;
  const { address, title, caption } = items[index];
  useEffect(() => {
    for (const near of [items[index + 1], items[index - 1]]) if (near) new Image().src = near.address;
  }, [index]);
  const act = (run) => {
    close();
    run(index);
  };
  return html`
    <figure>
      <${Picture} address=${address} title=${title} />
      <figcaption>
        <strong>${title}</strong>
        ${caption && html`<span>${caption}</span>`}
        <span class="count" role="status">${many && `${index + 1} of ${items.length}`}</span>
        ${actions.map(({ label, run }) => html`
          <button key=${label} type="button" class="act" onClick=${() => act(run)}>${label}</button>
        `)}
      </figcaption>
    </figure>
    ${many && html`
      <button type="button" class="turn back" aria-label="Photo before" aria-disabled=${index === 0}
        onClick=${() => go(-1)}>
        <svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true"><path d="m15 5-7 7 7 7" /></svg>
      </button>
      <button type="button" class="turn on" aria-label="Next photo"
        aria-disabled=${index === items.length - 1} onClick=${() => go(1)}>
        <svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true"><path d="m9 5 7 7-7 7" /></svg>
      </button>
    `}
    <button type="button" class="away" aria-label="Close" onClick=${close}>×</button>
  `;
}

function Picture({ address, title }) {
  const state = useSignal('loading');
  const near = useSignal(false);
  const press = useRef(null);
  const frame = useRef(null);
  // The element stays for the next picture, so that the focus does.
  useLayoutEffect(() => {
    state.value = 'loading';
    near.value = false;
  }, [address]);

  const down = (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const { scrollLeft: left, scrollTop: top } = frame.current;
    press.current = { x: event.clientX, y: event.clientY, left, top };
    // A mouse drags what is shown closer; a finger scrolls it anyway.
    if (event.pointerType === 'mouse') frame.current.setPointerCapture(event.pointerId);
  };
  const move = (event) => {
    if (!press.current || !near.value || event.pointerType !== 'mouse') return;
    frame.current.scrollTo(press.current.left + press.current.x - event.clientX,
      press.current.top + press.current.y - event.clientY);
  };
  const up = (event) => {
    if (!press.current) return;
    const across = event.clientX - press.current.x;
    const along = event.clientY - press.current.y;
    press.current = null;
    if (Math.hypot(across, along) < STILL_PIXELS) {
      if (near.value || onPicture(frame.current.querySelector('img'), event)) zoom(event);
      else close();
    } else if (!near.value && Math.abs(across) > Math.max(SWIPE_PIXELS, Math.abs(along))) {
      go(across < 0 ? 1 : -1);
    }
  };
  /** Looks closer, with the point that was clicked in the middle. */
  const zoom = ({ clientX, clientY }) => {
    const box = frame.current.querySelector('img').getBoundingClientRect();
    const across = (clientX - box.left) / box.width;
    const along = (clientY - box.top) / box.height;
    near.value = !near.value;
    // It may be closed before it is drawn.
    const { current: element } = frame;
    requestAnimationFrame(() => {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = element;
      element.scrollTo(scrollWidth * across - clientWidth / 2, scrollHeight * along - clientHeight / 2);
    });
  };
  const key = (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    near.value = !near.value;
  };
  // Sizes are the frame's, so that what is closer can be scrolled.
  const size = near.value ? { width: `${CLOSER * 100}%`, height: `${CLOSER * 100}%` } : {};
  return html`
    <div ref=${frame} class=${near.value ? 'frame near' : 'frame'} onPointerDown=${down} onPointerMove=${move}
      onPointerUp=${up} onPointerCancel=${() => (press.current = null)}>
      ${state.value === 'loading' && html`<span class="spinner" role="status" aria-label="Loading" />`}
      ${state.value === 'failed' && html`<p>This picture cannot be loaded. Close this and try again.</p>`}
      <img src=${address} alt=${title} tabindex="0" role="button" aria-pressed=${near.value} draggable=${false}
        class=${state.value} style=${size} onLoad=${() => (state.value = 'ready')}
        onError=${() => (state.value = 'failed')}
        aria-label=${`${title}, ${near.value ? 'closer' : 'whole'}`} onKeyDown=${key} />
    </div>
  `;
}

/** Whether a point is on the picture itself: the element also has what is left beside it. */
function onPicture(image, { clientX, clientY }) {
  const box = image.getBoundingClientRect();
  const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
  const across = Math.abs(clientX - box.left - box.width / 2);
  const along = Math.abs(clientY - box.top - box.height / 2);
  return across <= (image.naturalWidth * scale) / 2 && along <= (image.naturalHeight * scale) / 2;
}

// Pictures over the whole window, one at a time.
import { html, render, signal, useEffect, useRef, useSignal } from '../html.js';
import { styles } from '../styles.js';

await styles(import.meta.url, './lightbox.css');

const SWIPE_PIXELS = 48;
const shown = signal(null);
let place = null;

/**
 * Shows the pictures `[{address, title, caption}]` beginning with one of them. `actions` are `{label, run}` below it,
 * `run` gets the index after the pictures were closed.
 */
export function openLightbox(items, index = 0, { actions = [] } = {}) {
  if (!place) {
    place = document.createElement('div');
    document.body.append(place);
    render(html`<${Lightbox} />`, place);
  }
  shown.value = { items, index, actions };
}

export function closeLightbox() {
  shown.value = null;
}

// A page that goes away takes its pictures with it.
addEventListener('popstate', closeLightbox);

function Lightbox() {
  return shown.value && html`<${Opened} ...${shown.value} />`;
}

function Opened({ items, index, actions }) {
  const dialog = useRef(null);
  const from = useRef(null);
  const { address, title, caption } = items[index];
  const many = items.length > 1;
  const to = (next) => {
    shown.value = { ...shown.peek(), index: (next + items.length) % items.length };
  };
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  useEffect(() => {
    for (const near of many ? [index + 1, index - 1] : []) {
      new Image().src = items.at(near % items.length).address;
    }
  }, [index]);

  const key = (event) => {
    const steps = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: items.length - 1 };
    if (!many || !(event.key in steps)) return;
    event.preventDefault();
    to(steps[event.key]);
  };
  const press = ({ isPrimary, pointerType, clientX, clientY }) => {
    from.current = isPrimary && pointerType !== 'mouse' ? { x: clientX, y: clientY } : null;
  };
  const release = ({ clientX, clientY, currentTarget }) => {
    const start = from.current;
    from.current = null;
    // Whoever has zoomed in moves the picture, not to the next one.
    if (!start || currentTarget.querySelector('.zoomed') || visualViewport.scale > 1.05) return;
    const [x, y] = [clientX - start.x, clientY - start.y];
    if (many && Math.abs(x) > SWIPE_PIXELS && Math.abs(x) > 2 * Math.abs(y)) to(index + (x < 0 ? 1 : -1));
  };
  const act = (run) => {
    closeLightbox();
    run(index);
  };
  return html`
    <dialog ref=${dialog} class="lightbox" aria-label="Pictures" onClose=${closeLightbox} onKeyDown=${key}
      onPointerDown=${press} onPointerUp=${release} onPointerCancel=${() => (from.current = null)}>
      <${Picture} key=${address} address=${address} title=${title} />
      ${many && html`
        <${Step} name="back" label="The picture before" sign="‹" step=${() => to(index - 1)} />
        <${Step} name="on" label="The next picture" sign="›" step=${() => to(index + 1)} />
      `}
      <button type="button" class="close" aria-label="Close" onClick=${closeLightbox}>×</button>
      <div class="below">
        <div role="status">
          <strong>${title}</strong>${many && html` <span>${index + 1} of ${items.length}</span>`}
          ${caption && html`<p>${caption}</p>`}
        </div>
        ${actions.map(({ label, run }) => html`
          <button key=${label} type="button" class="act" onClick=${() => act(run)}>${label}</button>
        `)}
      </div>
    </dialog>
  `;
}

function Step({ name, label, sign, step }) {
  return html`<button type="button" class=${`step ${name}`} aria-label=${label} onClick=${step}>${sign}</button>`;
}

/** Fits the window; a click shows it at twice the size around the place that was clicked. */
function Picture({ address, title }) {
  const zoomed = useSignal(null);
  const broken = useSignal(false);
  const frame = useRef(null);
  useEffect(() => {
    if (!zoomed.value) return;
    const { x, y } = zoomed.value;
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = frame.current;
    frame.current.scrollTo(x * scrollWidth - clientWidth / 2, y * scrollHeight - clientHeight / 2);
  }, [zoomed.value]);
  const zoom = ({ clientX, clientY, currentTarget, detail }) => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    // A click that came from the keyboard is nowhere.
    const at = detail ? { x: (clientX - left) / width, y: (clientY - top) / height } : { x: 0.5, y: 0.5 };
    zoomed.value = zoomed.value ? null : at;
  };
  if (broken.value) return html`<p class="broken">This picture cannot be loaded. Reload the page.</p>`;
  return html`
    <div ref=${frame} class=${zoomed.value ? 'frame zoomed' : 'frame'}>
      <button type="button" class="picture" aria-pressed=${Boolean(zoomed.value)}
        aria-label=${`${title}, ${zoomed.value ? 'smaller' : 'larger'}`} onClick=${zoom}>
        <img src=${address} alt="" draggable=${false} onError=${() => (broken.value = true)} />
      </button>
    </div>
  `;
}

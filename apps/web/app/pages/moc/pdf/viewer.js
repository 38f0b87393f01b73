// The reader for instructions: the pages of a PDF below each other, over the whole window.
import { html, useEffect, useLayoutEffect, useRef, useSignal } from '../../../html.js';
import { follow } from '../../../saving.js';
import { styles } from '../../../styles.js';
import { Problem } from '../../../ui/problem.js';
import { downloadAddress } from '../moc.js';
import { open } from './document.js';
import { Sheet } from './sheet.js';
import { Tools } from './tools.js';

await styles(import.meta.url, './pdf.css');

// A file may claim any number of pages.
const MOST_PAGES = 5000;
const NEAR = '120% 0px';
const GAP_PIXELS = 16;
const STEP = 1.25;
const LEAST = 0.1;
const MOST = 8;

/** `page` is where to begin; `turned` hears where the reader is, `close` that they have enough. */
export function Viewer({ file, page, turned, close }) {
  const dialog = useRef(null);
  const opened = useSignal(null);
  const problem = useSignal(null);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  const load = () => {
    problem.value = null;
    let held = null;
    let wanted = true;
    const failed = (failure) => {
      if (wanted) problem.value = failure;
    };
    open(file, failed).then(async (found) => {
      if (!wanted) return found.close();
      held = found;
      const first = await found.pdf.getPage(1);
      const { width, height } = first.getViewport({ scale: 1 });
      if (wanted) opened.value = { pdf: found.pdf, first: { width, height } };
      return undefined;
    }).catch(failed);
    return () => {
      wanted = false;
      opened.value = null;
      held?.close();
    };
  };
  const unload = useRef(null);
  useEffect(() => {
    unload.current = load();
    return () => unload.current();
  }, []);
  const again = () => {
    unload.current();
    unload.current = load();
  };
  const download = async () => {
    try {
      follow(await downloadAddress(file), file.originalFilename);
    } catch (failure) {
      problem.value = failure;
    }
  };
  const leave = (event) => {
    event.preventDefault();
    close();
  };
  const shared = { name: file.originalFilename, download, close };
  return html`
    <dialog ref=${dialog} class="reader" aria-label=${file.originalFilename} onCancel=${leave}>
      ${opened.value && !problem.value
        ? html`<${Pages} ...${opened.value} ...${shared} begin=${page} turned=${turned} />`
        : html`
          <${Tools} ...${shared} />
          ${problem.value
            ? html`<${Problem} problem=${problem.value} again=${again} />`
            : html`<p class="loading" role="status"><span class="spinner" />Opening …</p>`}
        `}
    </dialog>
  `;
}

function Pages({ pdf, first, name, download, close, begin, turned }) {
  const count = Math.min(pdf.numPages, MOST_PAGES);
  const scroller = useRef(null);
  // `width` and `page` fit the window, a number is the scale of a point.
  const zoom = useSignal('width');
  const room = useSignal(null);
  // Measures of the pages that differ from the first, in points.
  const measures = useSignal(new Map());
  const near = useSignal(new Set());
  const current = useSignal(Math.min(begin, count));

  useLayoutEffect(() => {
    const measure = () => {
      const { clientWidth, clientHeight } = scroller.current;
      room.value = { width: clientWidth - 2 * GAP_PIXELS, height: clientHeight - 2 * GAP_PIXELS };
    };
    const watching = new ResizeObserver(measure);
    watching.observe(scroller.current);
    measure();
    return () => watching.disconnect();
  }, []);

  const measureOf = (number) => measures.value.get(number) ?? first;
  const scale = room.value && scaleOf(zoom.value, room.value, measureOf(current.value));
  const sheet = (number) => scroller.current.querySelector(`[data-number="${number}"]`);

  // Another scale must not lose the place.
  useLayoutEffect(() => {
    if (scale) show(scroller.current, sheet(current.peek()));
  }, [scale]);

  useEffect(() => {
    if (!scale) return undefined;
    const watching = new IntersectionObserver(
      (entries) => {
        const found = new Set(near.peek());
        for (const { target, isIntersecting } of entries) {
          found[isIntersecting ? 'add' : 'delete'](Number(target.dataset.number));
        }
        near.value = found;
      },
      { root: scroller.current, rootMargin: NEAR },
    );
    for (const one of scroller.current.querySelectorAll('.sheet')) watching.observe(one);
    return () => watching.disconnect();
  }, [Boolean(scale)]);

  // The page that most is seen of; the one that was turned to before another that is seen as well.
  const scrolled = () => {
    const { top, bottom } = scroller.current.getBoundingClientRect();
    const seen = (number) => {
      const box = sheet(number).getBoundingClientRect();
      return Math.round(Math.min(bottom, box.bottom) - Math.max(top, box.top));
    };
    const candidates = [current.peek(), ...[...near.peek()].sort((one, other) => one - other)];
    current.value = candidates.reduce((best, number) => (seen(number) > seen(best) ? number : best));
  };
  useEffect(() => {
    const timer = setTimeout(() => turned(current.value), 300);
    return () => clearTimeout(timer);
  }, [current.value]);

  const to = (number) => {
    const page = Math.max(1, Math.min(count, number));
    current.value = page;
    show(scroller.current, sheet(page));
  };
  const zoomBy = (factor) => {
    zoom.value = Math.max(LEAST, Math.min(MOST, scale * factor));
  };
  const sized = (number, { width, height }) => {
    const known = measureOf(number);
    if (known.width === width && known.height === height) return;
    measures.value = new Map(measures.peek()).set(number, { width, height });
  };
  const key = (event) => {
    if (event.target.matches('input') || event.ctrlKey || event.metaKey || event.altKey) return;
    const runs = {
      ArrowRight: () => to(current.peek() + 1),
      ArrowLeft: () => to(current.peek() - 1),
      PageDown: () => to(current.peek() + 1),
      PageUp: () => to(current.peek() - 1),
      Home: () => to(1),
      End: () => to(count),
      '+': () => zoomBy(STEP),
      '=': () => zoomBy(STEP),
      '-': () => zoomBy(1 / STEP),
      0: () => (zoom.value = 'width'),
    };
    // What is wider than the window is moved with the arrows.
    const wide = scroller.current.scrollWidth > scroller.current.clientWidth;
    if (!(event.key in runs) || (wide && event.key.startsWith('Arrow'))) return;
    event.preventDefault();
    runs[event.key]();
  };
  useEffect(() => {
    scroller.current.focus({ preventScroll: true });
    const dialog = scroller.current.closest('dialog');
    dialog.addEventListener('keydown', key);
    return () => dialog.removeEventListener('keydown', key);
  }, [scale]);

  return html`
    <${Tools} name=${name} download=${download} close=${close} page=${current.value} count=${count} to=${to}
      percent=${scale && Math.round(scale * 100)} zoomBy=${zoomBy} step=${STEP}
      fit=${zoom.value} fitTo=${(kind) => (zoom.value = kind)} />
    <div ref=${scroller} class="sheets" tabindex="0" role="region" aria-label="Pages" onScroll=${scrolled}>
      <ol>
        ${scale && Array.from({ length: count }, (_, index) => {
          const { width, height } = measureOf(index + 1);
          return html`
            <${Sheet} key=${index} pdf=${pdf} number=${index + 1} near=${near.value.has(index + 1)} sized=${sized}
              width=${Math.round(width * scale)} height=${Math.round(height * scale)} />
          `;
        })}
      </ol>
      ${pdf.numPages > count && html`<p class="fine">There are more pages. Download the file to see them.</p>`}
    </div>
  `;
}

/** CSS pixels for a point. */
function scaleOf(zoom, room, { width, height }) {
  const wide = Math.max(LEAST, room.width / width);
  if (zoom === 'width') return wide;
  if (zoom === 'page') return Math.min(wide, Math.max(LEAST, room.height / height));
  return zoom;
}

function show(scroller, sheet) {
  const { top } = sheet.getBoundingClientRect();
  scroller.scrollBy({ top: top - scroller.getBoundingClientRect().top - GAP_PIXELS, behavior: 'instant' });
}

// One page of a PDF: an empty sheet of its size, drawn when it comes near.
import { html, useEffect, useRef, useSignal } from '../../../html.js';

// The largest canvas that phones draw, in pixels.
const MOST_PIXELS = 16_000_000;

/** `width` and `height` in CSS pixels; `sized` hears the page's own measures, in points. */
export function Sheet({ pdf, number, width, height, near, sized }) {
  const place = useRef(null);
  const words = useSignal('');
  const problem = useSignal(false);

  useEffect(() => {
    if (!near) return undefined;
    let task = null;
    let wanted = true;
    const draw = async () => {
      const page = await pdf.getPage(number);
      if (!wanted) return;
      const plain = page.getViewport({ scale: 1 });
      sized(number, plain);
      const dense = Math.min(devicePixelRatio, Math.sqrt(MOST_PIXELS / (width * height)));
      const viewport = page.getViewport({ scale: (width / plain.width) * dense });
      const canvas = document.createElement('canvas');
      canvas.width = Math.max(1, Math.floor(viewport.width));
      canvas.height = Math.max(1, Math.floor(viewport.height));
      canvas.setAttribute('aria-hidden', 'true');
      task = page.render({ canvas, viewport });
      await task.promise;
      if (!wanted) return;
      // The drawing of before stays in sight until the new one is there.
      place.current.replaceChildren(canvas);
      const { items } = await page.getTextContent();
      if (wanted) words.value = items.map((item) => item.str).join(' ');
    };
    draw().catch((failure) => {
      if (!wanted) return;
      console.warn(failure);
      problem.value = true;
    });
    return () => {
      wanted = false;
      task?.cancel();
    };
  }, [near, width, height]);

  // Pages that are far away give their memory back.
  useEffect(() => {
    if (!near) place.current.replaceChildren();
  }, [near]);
  return html`
    <li class="sheet" data-number=${number} style=${{ width: `${width}px`, height: `${height}px` }}>
      <div ref=${place} class="sheet-face" />
      ${problem.value && html`<p class="sheet-problem">Page ${number} cannot be drawn.</p>`}
      <div class="hidden"><h3>Page ${number}</h3>${near && html`<p>${words.value}</p>`}</div>
    </li>
  `;
}

// The bar above the pages of a PDF.
import { html } from '../../../html.js';

/** Without `count` there is nothing to turn and to zoom yet. */
export function Tools({ name, download, close, page, count, to, percent, zoomBy, step, fit, fitTo }) {
  const typed = (event) => {
    const number = Number.parseInt(event.target.value, 10);
    if (number) to(number);
    event.target.value = page;
  };
  const enter = (event) => event.key === 'Enter' && typed(event);
  return html`
    <header class="reader-tools">
      <h2>${name}</h2>
      ${count && html`
        <div class="reader-pages">
          <button type="button" class="tool" aria-label="The page before" disabled=${page === 1}
            onClick=${() => to(page - 1)}>‹</button>
          <label><span class="hidden">Page</span>
            <input inputmode="numeric" autocomplete="off" value=${page} onChange=${typed} onKeyDown=${enter}
              onFocus=${(event) => event.target.select()} />
          </label>
          <span>of ${count}</span>
          <button type="button" class="tool" aria-label="The next page" disabled=${page === count}
            onClick=${() => to(page + 1)}>›</button>
        </div>
        <div class="reader-zoom">
          <button type="button" class="tool" aria-label="Smaller" onClick=${() => zoomBy(1 / step)}>−</button>
          <span class="reader-percent" role="status" aria-label="Size">${percent} %</span>
          <button type="button" class="tool" aria-label="Larger" onClick=${() => zoomBy(step)}>+</button>
          ${['width', 'page'].map((kind) => html`
            <button key=${kind} type="button" class="tool wide" aria-pressed=${fit === kind}
              onClick=${() => fitTo(kind)}>Fit ${kind}</button>
          `)}
        </div>
      `}
      <div class="reader-ends">
        <button type="button" class="tool wide" onClick=${download}>Download</button>
        <button type="button" class="tool" aria-label="Close" onClick=${close}>×</button>
      </div>
    </header>
  `;
}

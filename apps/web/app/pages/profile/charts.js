// Numbers as bars. Each bar is an item of a list that says its number in words, so there is nothing to be described.
import { html } from '../../html.js';

/** `rows` are `{label, count}`, the largest as wide as there is room. */
export function Bars({ rows }) {
  const most = Math.max(...rows.map(({ count }) => count));
  return html`
    <ul class="bars">
      ${rows.map(({ label, count }) => html`
        <li>
          <span class="label">${label}</span>
          <span class="track"><i style=${{ width: `${(100 * count) / most}%` }} /></span>
          <span class="number">${count.toLocaleString('en')}</span>
        </li>
      `)}
    </ul>
  `;
}

/** `months` are `{name, short, count}`, in order. */
export function Columns({ months }) {
  const most = Math.max(1, ...months.map(({ count }) => count));
  return html`
    <ul class="columns">
      ${months.map(({ name, short, count }) => html`
        <li>
          <span class="hidden">${name}: ${count}</span>
          <span class="number" aria-hidden="true">${count || ''}</span>
          <span class="rise" aria-hidden="true"><i style=${{ height: `${(100 * count) / most}%` }} /></span>
          <span class="label" aria-hidden="true">${short}</span>
        </li>
      `)}
    </ul>
  `;
}

/** Shares of a whole; `parts` are `{name, label, count}`, their names are classes. */
export function Shares({ parts }) {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  return html`
    <div class="shares" aria-hidden="true">
      ${parts.map(({ name, count }) => count > 0 && html`<i class=${name} style=${{ flexGrow: count / total }} />`)}
    </div>
    <ul class="legend">
      ${parts.map(({ name, label, count }) => html`<li><i class=${name} />${label}: <strong>${count}</strong></li>`)}
    </ul>
  `;
}

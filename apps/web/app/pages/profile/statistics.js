// What there is on the shelf, in numbers.
import { get } from '../../api.js';
import { html, useEffect, useSignal } from '../../html.js';
import { Bars, Columns, Shares } from './charts.js';
import { monthly, monthName } from './months.js';

export function Statistics({ stats }) {
  return html`
    <section aria-label="How much there is">
      <ul class="counts">
        <${Count} href="/" count=${stats.mocs} one="MOC" several="MOCs" />
        <${Count} href="/gallery" count=${stats.images} one="photo" several="photos" />
        <${Count} href="/wishlist" count=${stats.wishlistItems} one="wish" several="wishes" />
      </ul>
    </section>
    <div class="charts">
      <${Loaded} title="By category" path="/api/mocs/stats/by-category" show=${ByCategory} />
      <${Loaded} title="Parts lists" path="/api/user/parts-lists/summary" show=${PartsLists} />
      <${Loaded} title="Added in the last twelve months" path="/api/mocs/stats/uploads-over-time" show=${OverTime}
        wide />
    </div>
  `;
}

function Count({ href, count, one, several }) {
  return html`<li><a href=${href}><strong>${number(count)}</strong>${count === 1 ? one : several}</a></li>`;
}

/** One answer of the API in a card of its own: the others do not wait for it. */
function Loaded({ title, path, show, wide = false }) {
  const answer = useSignal(null);
  const problem = useSignal(null);
  const load = async () => {
    problem.value = null;
    try {
      answer.value = await get(path);
    } catch (failure) {
      problem.value = failure;
    }
  };
  useEffect(() => {
    load();
  }, []);
  return html`
    <section class=${wide ? 'card chart wide' : 'card chart'}>
      <h2>${title}</h2>
      ${problem.value && html`
        <p class="wrong" role="alert">${problem.value.message}</p>
        <button type="button" class="link" onClick=${load}>Try again</button>
      `}
      ${answer.value && html`<${show} ...${answer.value} />`}
      ${!answer.value && !problem.value && html`<p class="skeleton" aria-hidden="true" />`}
    </section>
  `;
}

function ByCategory({ data }) {
  if (data.length === 0) return html`<p class="fine">Themes and tags of your MOCs are counted here.</p>`;
  return html`
    <${Bars} rows=${data.map(({ category, count }) => ({ label: category, count }))} />
    <p class="fine">The ten largest themes and tags.</p>
  `;
}

function OverTime({ data, total }) {
  if (total === 0) return html`<p class="fine">No MOC was added in the last twelve months.</p>`;
  return html`
    <${Columns} months=${monthly(data)} />
    <details>
      <summary>As a table, by theme</summary>
      <table>
        <thead><tr><th scope="col">Month</th><th scope="col">Theme</th><th scope="col">MOCs</th></tr></thead>
        <tbody>
          ${data.map(({ date, category, count }) => html`
            <tr><td>${monthName(date)}</td><td>${category}</td><td>${number(count)}</td></tr>
          `)}
        </tbody>
      </table>
    </details>
  `;
}

function PartsLists({ data }) {
  const { totalPartsLists, byStatus, builtCount, purchasedCount, totalParts, totalCompletedParts } = data;
  if (totalPartsLists === 0) return html`<p class="fine">Parts lists of your MOCs are summed up here.</p>`;
  const parts = [
    { name: 'planning', label: 'Planning', count: byStatus.planning },
    { name: 'progress', label: 'In progress', count: byStatus.in_progress },
    { name: 'completed', label: 'Completed', count: byStatus.completed },
  ];
  return html`
    <p><strong>${number(totalPartsLists)}</strong> ${totalPartsLists === 1 ? 'list' : 'lists'},
      ${' '}${number(builtCount)} built, ${number(purchasedCount)} purchased</p>
    <${Shares} parts=${parts} />
    <label class="found">
      <span>
        ${number(totalCompletedParts)} of ${number(totalParts)} lots complete, ${data.completionPercentage} %
      </span>
      <progress max=${Math.max(totalParts, 1)} value=${totalCompletedParts} />
    </label>
  `;
}

function number(count) {
  return count.toLocaleString('en');
}

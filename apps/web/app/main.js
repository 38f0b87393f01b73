// Starts the app: settings, session, then the page that the address means.
import { html, render } from './html.js';
import { Problem } from './ui/problem.js';

const root = document.getElementById('app');
try {
  const [{ prepare, Shell }, { restore }] = await Promise.all([import('./shell.js'), import('./session.js')]);
  await restore();
  // The frame that the document came with stays until there is a page to put into it.
  await prepare();
  root.replaceChildren();
  render(html`<${Shell} />`, root);
} catch (problem) {
  console.error(problem);
  render(html`<main class="alone"><${Problem} problem=${problem} again=${() => location.reload()} /></main>`, root);
}

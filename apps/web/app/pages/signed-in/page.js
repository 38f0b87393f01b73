// Where Cognito's own pages send users back to, with a code for their tokens.
import { arrived } from '../../hosted.js';
import { html, useEffect, useSignal } from '../../html.js';
import { go, replace } from '../../router.js';
import { begin } from '../../session.js';
import { Problem } from '../../ui/problem.js';

export default function SignedIn({ query }) {
  const problem = useSignal(null);
  useEffect(() => {
    arrived(query).then(
      ({ tokens, next }) => {
        begin(tokens);
        replace(next);
      },
      (failure) => {
        problem.value = failure;
      },
    );
  }, []);
  if (problem.value) return html`<${Problem} problem=${problem.value} again=${() => go('/sign-in')} />`;
  return html`<p class="loading" role="status"><span class="spinner" />Signing in …</p>`;
}

// The one question that some parts lists need: whose numbers their colours are.
import { html, useSignal } from '../../html.js';
import { answer } from '../../uploading/actions.js';

const SITES = [
  { name: 'rebrickable', label: 'Rebrickable' },
  { name: 'bricklink', label: 'BrickLink' },
  { name: 'ldraw', label: 'LDraw' },
  { name: 'lego', label: 'LEGO' },
];

/** The API's reason tells, for each site, how many of the colours it has, and how it reads the first ones. */
export function Scheme({ item }) {
  const chosen = useSignal('');
  const missing = useSignal(false);
  const said = item.reason.details.map(({ message }) => message).filter((one) => one !== item.reason.message);
  const readings = said.filter((one) => !SITES.some(({ label }) => one.startsWith(`${label} has`)));
  const send = (event) => {
    event.preventDefault();
    missing.value = !chosen.value;
    if (chosen.value) answer(item, chosen.value);
  };
  const choices = [
    ...SITES.map((site) => ({ ...site, note: said.find((one) => one.startsWith(`${site.label} has`)) })),
    { name: 'unknown', label: 'I do not know', note: 'The numbers are kept as they are and never converted.' },
  ];
  return html`
    <form class="need scheme" onSubmit=${send}>
      <fieldset aria-describedby=${`readings-${item.id}`}>
        <legend>Whose colour numbers are these?</legend>
        <p class="fine">
          The file does not say, and the same number is another colour elsewhere. Where did you get it?
        </p>
        <ul id=${`readings-${item.id}`} class="fine readings">${readings.map((one) => html`<li>${one}</li>`)}</ul>
        ${choices.map(({ name, label, note }) => html`
          <label class="choice" key=${name}>
            <input type="radio" name=${`scheme-${item.id}`} value=${name} checked=${chosen.value === name}
              onChange=${() => (chosen.value = name)} />
            <span><strong>${label}</strong><span class="fine">${note}</span></span>
          </label>
        `)}
      </fieldset>
      <p class="wrong" role="alert">${missing.value ? 'Choose one of them.' : ''}</p>
      <button type="submit" class="button">Read the list</button>
    </form>
  `;
}

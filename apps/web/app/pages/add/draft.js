// What was chosen and is not added yet: the files with what they are, and what the user says of the MOC.
import { batch as together, computed, signal } from '../../html.js';
import { session } from '../../session.js';
import { say } from '../../ui/toast.js';
import { cleaned, free, photoTitle, suggestedNumber, suggestedTitle } from '../../uploading/naming.js';
import { items, supply } from '../../uploading/queue.js';
import { recognise } from '../../uploading/recognising.js';
import { ROLES, rolesOf, tooLarge } from '../../uploading/roles.js';

/** The MOC that files are added to; null when there is to be a new one. */
export const target = signal(null);

/**
 * The files, in the order in which they came: `{id, file, state, refusal, role, auto, preview}` and what
 * `recognise` says; `state` is `looking` or `known`, `auto` tells that nobody has chosen the role.
 */
export const found = signal([]);

/** What the user has typed, by field; what was not touched is suggested. */
export const typed = signal({});

export const usable = computed(() => found.value.filter(({ state, refusal }) => state === 'known' && !refusal));
export const looking = computed(() => found.value.some(({ state }) => state === 'looking'));

/** What the form shows: what was typed, else what the files say. */
export const fields = computed(() => {
  const counted = countedIn();
  return {
    type: 'moc',
    title: suggestedTitle(usable.value),
    partsCount: counted ? String(counted.pieces) : '',
    author: session.value?.user.name ?? '',
    setNumber: suggestedNumber(usable.value),
    brand: '',
    theme: '',
    tags: '',
    description: '',
    ...typed.value,
  };
});

/** The file whose pieces are those of the MOC: a model before the longest list. */
export function countedIn() {
  const counted = usable.value.filter(({ pieces }) => pieces);
  const model = counted.find(({ form }) => form === 'studio');
  return model ?? counted.toSorted((one, other) => other.pieces - one.pieces)[0] ?? null;
}

/** Takes files, says what each is; bytes that an upload has lost go back to it. */
export async function take(files) {
  const fresh = [];
  for (const file of files) {
    const lost = items.peek().find((item) => item.state === 'lost' && alike(item.original, file));
    if (lost) await supply(lost, file);
    else if (found.peek().some((one) => alike(one.file, file))) say(`${file.name} is there already.`);
    else fresh.push({ id: crypto.randomUUID(), file, name: file.name, size: file.size, state: 'looking' });
  }
  found.value = [...found.peek(), ...fresh];
  for (const one of fresh) await look(one);
}

export function setRole(id, role) {
  const changed = found.peek().map((one) => {
    if (one.id === id) return { ...one, role, auto: false, refusal: tooLarge(one.name, one.size, role) };
    // There is one cover.
    return role === 'cover' && one.role === 'cover' ? { ...one, role: 'photo' } : one;
  });
  found.value = arranged(changed);
}

/** Takes a file off the list, and says so. */
export function leaveOut(one) {
  const before = found.peek();
  found.value = arranged(before.filter(({ id }) => id !== one.id));
  say(`${one.name} was left out.`, { undo: () => (found.value = before) });
}

/** Empties the draft. */
export function clear() {
  for (const { preview } of found.peek()) if (preview) URL.revokeObjectURL(preview);
  together(() => {
    found.value = [];
    typed.value = {};
  });
}

/** The files as the queue takes them; what goes to a MOC has a name of its own there. */
export function chosen(title, taken = []) {
  const names = [...taken];
  return usable.peek().map(({ file, name, size, type, label, role }) => {
    const inMoc = ROLES[role].declared.purpose === 'moc-file';
    const own = inMoc ? free(name, names) : name;
    if (inMoc) names.push(own);
    return { file, name: own, size, type, label, role, options: optionsOf(role, name, title) };
  });
}

function optionsOf(role, name, title) {
  if (role === 'photo') return { title: photoTitle(name, title) };
  return role === 'parts' && cleaned(name) ? { title: cleaned(name) } : {};
}

async function look(one) {
  const known = await recognise(one.file);
  const [role] = rolesOf(known.form) ?? [];
  const refusal = known.refusal ?? tooLarge(known.name, known.size, role);
  const picture = known.cover ?? (known.form === 'picture' ? one.file : null);
  const preview = picture && URL.createObjectURL(picture);
  const there = found.peek().some(({ id }) => id === one.id);
  if (!there) return;
  const done = { ...one, ...known, state: 'known', role, auto: true, refusal, preview };
  found.value = arranged(found.peek().map((each) => (each.id === one.id ? done : each)));
}

/** Makes the first picture the cover where nothing else gives one, unless the user has chosen. */
function arranged(list) {
  const given = target.peek()?.thumbnailUrl || list.some(({ role, refusal }) => role === 'model' && !refusal);
  const wanted = list.some(({ role, auto }) => role === 'cover' && !auto);
  const open = (one) => one.form === 'picture' && one.auto && !one.refusal;
  const first = given || wanted ? null : list.find(open);
  return list.map((one) => (open(one) ? { ...one, role: one === first ? 'cover' : 'photo' } : one));
}

function alike(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

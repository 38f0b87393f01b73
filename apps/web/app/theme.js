// Light or dark: as the system says, unless the user has chosen.
import { signal } from './html.js';

const KEY = 'mocshelf.theme';
export const THEMES = [
  { name: 'system', label: 'As the system' },
  { name: 'light', label: 'Light' },
  { name: 'dark', label: 'Dark' },
];
export const theme = signal(document.documentElement.dataset.theme ?? 'system');

export function choose(name) {
  theme.value = name;
  if (name === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  try {
    if (name === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, name);
  } catch {
    // The choice holds for this page only.
  }
}

// Runs before anything is painted, so that a page that was chosen to be dark never flashes.
try {
  const chosen = localStorage.getItem('mocshelf.theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the system's choice holds.
}

// Shows the page named after # in the address. A page's module is loaded on its first visit.
import './theme.js';

/** The pages, each with its entry of the menu. */
const PAGES = { photos: 'photos', train: 'train', inside: 'inside', learn: 'learn', playground: 'learn', lesson: 'learn', hospital: 'learn' };

/** Where addresses of earlier versions lead. */
const MOVED = [[/^#data\b/, '#photos'], [/^#sort\/(.+)/, '#photos/$1/sort'], [/^#sort$/, '#photos']];

const mounted = new Set(['learn']); // it has no module

async function show() {
  const moved = MOVED.find(([old]) => old.test(location.hash));
  if (moved) history.replaceState(null, '', location.hash.replace(...moved)); // before the page reads it
  const [asked] = location.hash.slice(1).split('/');
  const page = Object.hasOwn(PAGES, asked) ? asked : 'train';
  try {
    decodeURIComponent(location.hash);
  } catch {
    history.replaceState(null, '', `#${page}`);
  }
  for (const name of Object.keys(PAGES)) document.getElementById(`page-${name}`).hidden = name !== page;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.page === PAGES[page]) link.setAttribute('aria-current', PAGES[page] === page ? 'page' : 'true');
    else link.removeAttribute('aria-current');
  }
  document.title = `${document.getElementById(`title-${page}`).textContent} – Fovea studio`;
  if (mounted.has(page)) return;
  mounted.add(page);
  const place = document.querySelector(`#page-${page} .mount`);
  try {
    const module = await import(`./${page}.js`);
    await module.mount(place);
  } catch (failure) {
    mounted.delete(page);
    place.textContent = `This page could not be loaded (${failure.message}). Reload it, or check that the studio is running.`;
    place.className = 'mount error';
  }
}

addEventListener('hashchange', show);
show();

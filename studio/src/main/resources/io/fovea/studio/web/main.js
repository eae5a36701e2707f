// Shows the page named after # in the address. A page's module is loaded on its first visit.
import './theme.js';

const PAGES = ['train', 'inside', 'data', 'sort', 'playground', 'lesson', 'hospital'];
const mounted = new Set();

async function show() {
  const [asked] = location.hash.slice(1).split('/');
  const page = PAGES.includes(asked) ? asked : 'train';
  try {
    decodeURIComponent(location.hash);
  } catch {
    history.replaceState(null, '', `#${page}`); // before the page reads it
  }
  for (const name of PAGES) {
    document.getElementById(`page-${name}`).hidden = name !== page;
    const link = document.querySelector(`nav a[data-page="${name}"]`);
    if (name === page) {
      link.setAttribute('aria-current', 'page');
      document.title = `${link.textContent} – Fovea studio`;
    } else link.removeAttribute('aria-current');
  }
  const place = document.querySelector(`#page-${page} .mount`);
  if (!mounted.has(page)) {
    mounted.add(page);
    try {
      const module = await import(`./${page}.js`);
      await module.mount(place);
    } catch (failure) {
      mounted.delete(page);
      place.textContent = `This page could not be loaded (${failure.message}). Reload it, or check that the studio is running.`;
      place.className = 'mount error';
    }
  }
}

addEventListener('hashchange', show);
show();

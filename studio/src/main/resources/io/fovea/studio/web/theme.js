// Light or dark: as the system says, or as chosen with the button at the top, which is remembered.
import { isDark } from './api.js';

const KEY = 'fovea-theme';

function choose(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}

choose(localStorage.getItem(KEY));
document.getElementById('theme')?.addEventListener('click', () => {
  const next = isDark() ? 'light' : 'dark';
  localStorage.setItem(KEY, next);
  choose(next);
  document.dispatchEvent(new CustomEvent('fovea-theme'));
});
// A plain link to #content would be read as a page's name.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('content').focus();
});

// A page of the book: the theme chosen in the studio, and playgrounds at the worked examples.
import './theme.js';
import { convolution } from './convolution.js';

for (const place of document.querySelectorAll('[data-playground]')) {
  const link = place.querySelector('a');
  const shown = convolution(place.dataset.playground, (state) => link.setAttribute('href', `/#playground/${state}`));
  place.prepend(shown.element);
}

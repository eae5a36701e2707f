// The playground's page: the address holds its state, so that a link shows the same numbers.
import { convolution, FIRST, ready } from './convolution.js';

const stateOf = () => location.hash.match(/^#playground\/(.+)$/)?.[1];

export async function mount(place) {
  const keep = (state) => history.replaceState(null, '', `#playground/${state}`);
  let written = '';
  const shown = convolution(stateOf() ?? FIRST, (state) => {
    written = state;
    keep(state);
  });
  addEventListener('hashchange', () => {
    if (!location.hash.startsWith('#playground')) return;
    const state = stateOf();
    if (state && state !== written) shown.set(state);
    else if (!state) keep(written); // back by the menu: as it was left
  });
  place.replaceChildren(ready(shown), shown.element);
}

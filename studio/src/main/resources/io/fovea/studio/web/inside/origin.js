// Where a weight of a run comes from: the pictures that raised it and lowered it most.
import { el, hint, labelled, note, quiet } from '../api.js';
import { ask, picture } from '../steps.js';
import { short } from './palette.js';

export function origin(state) {
  const weight = el('input', { type: 'text', id: 'origin-weight', autocomplete: 'off', spellcheck: 'false' });
  const go = quiet({ type: 'submit', id: 'origin-go' }, 'Which pictures made it');
  const progress = el('div', {});
  const result = el('div', { id: 'origin' });
  const element = el('section', { class: 'origin', 'aria-labelledby': 'origin-title', hidden: true },
    el('h3', { id: 'origin-title' }, 'Where a weight comes from'),
    hint('Choose a weight in the pictures of the filter, or type one. The run is trained again, and each image’s part in the weight is added up.'),
    el('form', { class: 'row', onsubmit: (event) => (event.preventDefault(), find()) }, labelled('origin-weight', 'Weight', weight), go), progress, result);
  let shown = '';

  const strip = (title, shares) => el('div', {}, el('h4', {}, title), el('ul', { class: 'pictures batch' }, ...shares.map((one) => el('li', { title: `image ${one.image}` },
    picture(one.png, `Image ${one.image}, ${one.class}`), el('span', {}, one.class), note(`${one.share > 0 ? '+' : ''}${short(one.share)}`)))));

  async function find() {
    const [run, step = ''] = state.model.slice('run:'.length).split('@');
    const { model } = state;
    go.disabled = true;
    result.replaceChildren();
    const told = await ask(run, { step, weight: weight.value.trim() }, progress);
    go.disabled = false;
    if (!told || model !== state.model) return;
    const change = told.after - told.before;
    const parts = [['images', change - told.decay - told.velocity - told.rounding], ['decay', told.decay], ['velocity at the start', told.velocity], ['rounding', told.rounding]];
    result.replaceChildren(
      el('p', {}, `${told.weight}: ${short(told.before)} → ${short(told.after)} in ${told.steps.toLocaleString('en')} steps.`),
      told.exact ? el('p', {}, `Change ${short(change)} = ${parts.map(([name, value]) => `${name} ${short(value)}`).join(', ')}.`) : hint('These are sums of gradients: only with sgd and nesterov do shares add up to the change.'),
      strip('Raised it most', told.raised), strip('Lowered it most', told.lowered));
  }

  return {
    element,
    /** The filter that is shown; nothing if it has no weights, or is not a run's. */
    show(node, channel, facts) {
      element.hidden = !facts || !state.model.startsWith('run:');
      const first = facts ? `${node}.weight[${facts.shape.map((_, k) => (k === 0 ? channel : 0)).join(',')}]` : '';
      if (shown === `${state.model} ${first}`) return;
      shown = `${state.model} ${first}`;
      weight.value = first;
      progress.replaceChildren();
      result.replaceChildren();
    },
    /** A weight was chosen in a picture of kernel c. */
    choose(node, channel, c, canvas, event) {
      if (element.hidden || go.disabled) return;
      const box = canvas.getBoundingClientRect();
      const row = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
      const column = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
      weight.value = `${node}.weight[${channel},${c},${row},${column}]`;
      find();
    },
  };
}

// The backward pass: the loss for a label, the effect of one step of gradient descent, and the prediction after it.
import { chapter, el, hint, labelled, named, option, scrolled, tableOf, td } from '../api.js';
import { scoreText } from './outputs.js';
import { short } from './palette.js';
import { askMessage } from './server.js';

/** Where the book tells of the loss, of the gradients, and of the step. */
function read() {
  const all = [['07-softmax-cross-entropy-l2', 'The loss'], ['08-fully-connected-backward', 'backward through dense layers'], ['09-convolution-backward', 'through convolutions'], ['10-mini-batch-gradient-descent', 'and the step']];
  return ['The book: ', ...all.flatMap(([file, text], k) => [k ? ', ' : '', chapter(file, text)]), '.'];
}

export function learning(state, onchange) {
  const toggle = el('input', { type: 'checkbox', id: 'backward', role: 'switch' });
  const label = el('select', { id: 'label' });
  const rate = el('input', { type: 'number', id: 'rate', min: 0, step: 0.01, value: 0.01, inputmode: 'decimal' });
  const result = el('div', { class: 'result', role: 'status' });
  const fields = el(
    'div',
    { class: 'fields', hidden: true },
    labelled('label', 'True class', label),
    labelled('rate', 'Learning rate', rate),
  );
  let asked = 0;

  async function update() {
    fields.hidden = result.hidden = !toggle.checked;
    state.mode = toggle.checked ? 'backward' : 'forward';
    state.back = null;
    const mine = ++asked;
    if (!toggle.checked || !state.pixels) {
      result.replaceChildren(hint('Draw or choose a picture first.'));
      onchange();
      return;
    }
    try {
      const about = { label: label.value, rate: rate.value };
      const message = await askMessage('backward', { model: state.model, ...about, nodes: state.names().join(',') }, state.pixels);
      if (mine !== asked) return;
      state.back = { ...message, ...about };
      show(message.facts);
    } catch (failure) {
      if (mine === asked) result.replaceChildren(el('p', { class: 'error' }, failure.message));
    }
    if (mine === asked) onchange();
  }

  function show({ loss, lossAfter, before, after, norms }) {
    const k = Number(label.value);
    const { description } = state;
    const rows = description.labels.map((name, each) =>
      el('tr', { class: each === k ? 'wanted' : null }, named(name), td(scoreText(description, before[each])), td(scoreText(description, after[each]))),
    );
    const steps = Object.entries(norms).map(([name, norm]) => el('tr', {}, named(name), td(short(norm)), td(short(norm * Number(rate.value)))));
    result.replaceChildren(
      el('p', {}, description.loss === 'softmax cross-entropy' ? 'Loss ' : `Loss (${description.loss}) `, el('strong', { id: 'loss', 'data-value': String(loss) }, short(loss)), ' → after one step ', el('strong', { id: 'loss-after', 'data-value': String(lossAfter) }, short(lossAfter)), lossAfter < loss / 2 ? ': much less wrong.' : lossAfter < loss ? ': a little less wrong.' : lossAfter > loss ? ': the step was too large and overshot.' : '.'),
      hint('The true class is at first the second most probable one, so that there is something to learn. The maps below now show gradients: how the loss would change with each number. Choose a map to see how a gradient is computed and how it changes a weight. The step is made on a copy of the model. ', ...read()),
      el(
        'div',
        { class: 'two' },
        tableOf({ id: 'step-answers' }, 'The prediction', ['class', 'now', 'after'], rows),
        scrolled('Gradients of the weights', tableOf({ id: 'step-sizes' }, 'Norms of the gradients', ['weights', 'gradient', 'step'], steps)),
      ),
    );
  }

  toggle.addEventListener('change', () => {
    state.turned = toggle.checked;
    update();
  });
  label.addEventListener('change', update);
  rate.addEventListener('change', update);
  return {
    element: el('section', { class: 'card learning', 'aria-labelledby': 'learning-title' }, el('h2', { id: 'learning-title' }, 'Learning'), el('label', { class: 'switch', for: 'backward' }, toggle, ' Show the backward pass: gradients instead of values'), fields, result),
    /** Another model: its labels. */
    model() {
      label.replaceChildren(...state.description.labels.map((name, k) => option(k, name)));
    },
    /** Another picture. */
    update: () => (toggle.checked ? update() : undefined),
    /** The label to begin with. */
    suggest(k) {
      label.value = String(k);
    },
  };
}

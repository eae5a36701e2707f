// The backward pass: the loss for a label, the effect of one step of gradient descent, and the prediction after it. Then the
// update of one weight: the terms of its gradient, the steps with momentum and learning rate.
import { chapter, el, hint, labelled, named, option, quiet, scrolled, tableOf, td, titled } from '../api.js';
import { scoreText } from './outputs.js';
import { colourOf, inkOn, short, sizeOf } from './palette.js';
import { askJson, askMessage } from './server.js';
import { exact, line, number } from './numbers.js';
import { terms } from './workings.js';

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
    element: titled('learning-title', 'Learning', 'learning', el('label', { class: 'switch', for: 'backward' }, toggle, ' Show the backward pass: gradients instead of values'), fields, result),
    /** Another model: its labels. */
    model() {
      label.replaceChildren(...state.description.labels.map((name, k) => option(k, name)));
    },
    update: () => (toggle.checked ? update() : undefined),
    /** The label to begin with. */
    suggest(k) {
      label.value = String(k);
    },
  };
}

export function updates(state) {
  const momentum = el('input', { type: 'number', id: 'momentum', min: 0, max: 0.99, step: 0.05, value: 0.9, inputmode: 'decimal' });
  const steps = el('input', { type: 'number', id: 'steps', min: 1, max: 10, step: 1, value: 3, inputmode: 'numeric' });
  const bias = quiet({ id: 'choose-bias', onclick: () => choose('bias', view.channel) }, 'Its bias');
  const kernels = el('div', { class: 'tables' });
  const result = el('div', { class: 'update-result', role: 'status' });
  const element = el('section', { class: 'update', 'aria-labelledby': 'update-title', hidden: true },
    el('h3', { id: 'update-title' }, 'One weight, from its gradient to its update'),
    hint('Choose a weight of this filter. ', chapter('10-mini-batch-gradient-descent', 'The chapter on the step')),
    kernels,
    bias, el('details', {}, el('summary', {}, 'Momentum and steps'), el('div', { class: 'fields three' }, labelled('momentum', 'Momentum', momentum), labelled('steps', 'Steps', steps))),
    result);
  const view = { node: '', channel: 0, parameter: '', index: 0, shape: [], source: 0 };
  let asked = 0;

  function choose(parameter, index) {
    view.parameter = `${view.node}.${parameter}`;
    view.index = index;
    for (const button of kernels.querySelectorAll('button')) button.setAttribute('aria-pressed', String(parameter === 'weight' && Number(button.dataset.index) === index));
    bias.setAttribute('aria-pressed', String(parameter === 'bias'));
    show();
  }

  async function show() {
    const mine = ++asked;
    const { label, rate } = state.back; // it may be gone when the answers come
    const about = { model: state.model, label, weight: view.parameter, index: view.index };
    try {
      const [{ gradient, weight, sources }, { steps: made }] = await Promise.all([
        askJson('gradient', about, state.pixels),
        askJson('descent', { ...about, rate, momentum: momentum.value, steps: steps.value }, state.pixels),
      ]);
      if (mine !== asked) return;
      const [{ kind, source }] = sources;
      const rows = made.map((step, k) => el('tr', {}, named(String(k + 1)),
        ...[step.gradient, step.velocity, step.weight, step.stepped, step.loss, step.lossAfter].map((value) => exact(value))));
      const heads = ['step', 'dw', 'v', 'w before', 'w after', 'loss before', 'loss after'];
      const [first] = made;
      result.replaceChildren(
        line(`${view.parameter}[${indices().join(', ')}]: w = `, number(weight), ', dw = ', number(gradient, 'dw')),
        ...(kind === 'Terms' ? terms(source, state.nodes) : []),
        line('v = momentum · v + dw = ', `${momentum.value} · 0 + `, number(first.gradient), ' = ', number(first.velocity)),
        line('w = w − rate · v = ', number(first.weight), ` − ${rate} · `, number(first.velocity), ' = ', number(first.stepped)),
        line('Loss ', number(first.loss), ' → ', number(first.lossAfter, 'descent-loss'), ', with all weights moved by the same rule.'),
        scrolled('The steps', tableOf({ id: 'descent' }, 'The steps on this picture only, on a copy of the weights', heads, rows)));
    } catch (failure) {
      if (mine === asked) result.replaceChildren(el('p', { class: 'error' }, failure.message));
    }
  }

  /** The place, within a filter, of the weight with the largest gradient: what to begin with. */
  function steepestOf(node, from, size) {
    const gradient = state.back.arrays.get(`gradient:${node}.weight`)?.subarray(from, from + size) ?? [0];
    return gradient.reduce((best, each, k) => (Math.abs(each) > Math.abs(gradient[best]) ? k : best), 0);
  }

  function indices() {
    if (!view.parameter.endsWith('.weight')) return [view.index];
    let rest = view.index;
    return view.shape.map((_, k) => {
      const size = view.shape.slice(k + 1).reduce((a, b) => a * b, 1);
      const at = Math.floor(rest / size);
      rest %= size;
      return at;
    });
  }

  /** The kernel of the chosen filter and input map as buttons. */
  function draw(w) {
    const [, channels, height, width] = view.shape;
    const from = (view.channel * channels + view.source) * height * width;
    const values = w.subarray(from, from + height * width);
    const scale = sizeOf(values);
    const rows = Array.from({ length: height }, (_, u) => el('tr', {}, ...Array.from({ length: width }, (__, v) => {
      const index = from + u * width + v;
      const button = el('button', { 'data-index': index, 'aria-pressed': 'false', 'aria-label': `weight of row ${u}, column ${v}: ${short(w[index])}`, onclick: () => choose('weight', index) }, short(Number(w[index].toPrecision(2))));
      const colour = colourOf(w[index], scale);
      button.style.backgroundColor = `rgb(${colour})`;
      button.style.color = inkOn(colour);
      return td(button);
    })));
    const source = el('select', { id: 'update-source', 'aria-label': 'Input map', onchange: () => {
      view.source = Number(source.value);
      draw(w);
      choose('weight', (view.channel * channels + view.source) * height * width);
    } }, ...Array.from({ length: channels }, (_, c) => option(c, `input map ${c}`)));
    source.value = String(view.source);
    kernels.replaceChildren(el('table', { class: 'numbers choose-weight' }, el('caption', {}, `filter ${view.channel} of ${view.node}`), el('tbody', {}, ...rows)), ...(channels > 1 ? [source] : []));
  }

  /** A row of a dense layer: the input is chosen by its number. */
  function drawRow() {
    const [, inputs] = view.shape;
    const input = el('input', { type: 'number', id: 'update-input', min: 0, max: inputs - 1, step: 1, value: view.source, onchange: () => {
      view.source = Math.min(inputs - 1, Math.max(0, Math.round(Number(input.value)) || 0));
      choose('weight', view.channel * inputs + view.source);
    } });
    kernels.replaceChildren(labelled('update-input', `Input of output ${view.channel}, 0 to ${inputs - 1}`, input));
  }

  momentum.addEventListener('change', show);
  steps.addEventListener('change', show);
  return {
    element,
    /** The weights of another node or filter; nothing where it has none, or no gradients are shown. */
    show(node, channel, facts, w, hasBias) {
      element.hidden = !(state.mode === 'backward' && state.back && facts);
      if (element.hidden) return;
      const same = view.node === node && view.channel === channel;
      Object.assign(view, { node, channel, shape: facts.shape });
      const size = facts.shape.slice(1).reduce((a, b) => a * b, 1);
      const steepest = steepestOf(node, channel * size, size);
      if (!same) view.source = Math.floor(steepest / (facts.shape.length === 4 ? facts.shape[2] * facts.shape[3] : 1));
      bias.hidden = !hasBias;
      const keeps = same && view.parameter;
      if (facts.shape.length === 2) drawRow();
      else if (w) draw(w);
      if (keeps) choose(view.parameter.slice(view.parameter.lastIndexOf('.') + 1), view.index);
      else choose('weight', channel * size + steepest);
    },
  };
}
